using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>How a background run stands, and what came of it.</summary>
internal sealed record AgentRunResult(
    string RunId,
    RunStatus Status,
    string FullyQualifiedId,
    string AgentIdUsed,
    string ServerUsed,
    string ServerType,
    InteractionType InteractionType,
    DateTime StartedAt,
    DateTime? EndedAt = null,
    string? TextSoFar = null,
    object? ResponseData = null,
    string? ThreadId = null,
    AgentUsage? Usage = null,
    JsonElement? Interrupt = null,
    string? FinishReason = null,
    IReadOnlyList<AgentToolCall>? ToolCalls = null,
    ErrorDetail? Error = null)
{
    public static CallToolResult From(AgentRun run, ResultDetail detail)
    {
        var (reply, isBrief) = (run.Outcome.ReplySoFar, detail is ResultDetail.Brief);
        var result = new AgentRunResult(
            run.Id,
            run.Status,
            run.Facts.QualifiedId,
            run.Facts.AgentId,
            run.Facts.ServerUrl,
            run.Facts.ServerType,
            run.Facts.InteractionType,
            run.StartedAt,
            run.EndedAt,
            run.Outcome is CallOutcome.Running && !(isBrief && run.TextSoFar is "") ? run.TextSoFar : null,
            reply is null ? null : ToolResult.ResponseData(reply, detail),
            reply?.ThreadId ?? run.Facts.ThreadId,
            reply?.Usage,
            reply?.Interrupt,
            isBrief ? reply?.FinishReason : null,
            isBrief && reply?.ToolCalls is not [] ? reply?.ToolCalls : null,
            isBrief ? ErrorDetail.From(run.Outcome.Failure) : null);

        return ToolResult.Of(result, Describe(run), run.Outcome is CallOutcome.Failed);
    }

    /// <returns>The answer as text, or why there is none (yet) and what to do next.</returns>
    private static string Describe(AgentRun run) => run.Outcome switch
    {
        CallOutcome.Running => $"The agent is at work. Call getAgentRun with runId {run.Id} again for its answer.{After("It has said so far:", run.TextSoFar)}",
        CallOutcome.Cancelled => $"The run was cancelled.{After("The agent had said:", run.TextSoFar)}",
        CallOutcome.Failed { Reason: var failure, Partial: var partial } => failure.Message + After("This had arrived before:", partial?.Text),
        var outcome => outcome.ReplySoFar!.Text,
    };

    private static string After(string title, string? text) => string.IsNullOrEmpty(text) ? "" : $"\n\n{title}\n{text}";
}
