using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>How a run in the background stands. What it has in common with <see cref="CallAgentResult"/> means the same there.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status">How it stands.</param>
/// <param name="FullyQualifiedId">The agent, by the id that names its server too.</param>
/// <param name="AgentIdUsed">The agent, by the id its server knows it by.</param>
/// <param name="ServerUsed">The URL of the agent's server.</param>
/// <param name="ServerType">The dialect of its server.</param>
/// <param name="InteractionType">How the answer was asked for.</param>
/// <param name="StartedAt">When the agent was called.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="TextSoFar">What the agent has said lately, while it is at work.</param>
/// <param name="ResponseData">The answer.</param>
/// <param name="ThreadId">The conversation on the agent server.</param>
/// <param name="Usage">Tokens the answer cost.</param>
/// <param name="Interrupt">What the agent stopped to ask, if it did.</param>
/// <param name="FinishReason">Why the answer ended where it did.</param>
/// <param name="ToolCalls">The tools the agent called on the way.</param>
/// <param name="Error">Why there is no more of the answer, and what to do next.</param>
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
        var reply = run.Outcome.ReplySoFar;
        var result = new AgentRunResult(
            run.Id,
            run.Status,
            run.Facts.QualifiedId,
            run.Facts.AgentId,
            run.Facts.ServerUrl,
            run.Facts.ServerType,
            run.Facts.InteractionType,
            run.Facts.StartedAt,
            run.EndedAt,
            run.Outcome is CallOutcome.Running ? run.TextSoFar : null,
            reply is null ? null : ToolResult.ResponseData(reply, detail),
            reply?.ThreadId ?? run.Facts.ThreadId,
            reply?.Usage,
            reply?.Interrupt);
        if (detail is ResultDetail.Brief)
        {
            result = result with
            {
                TextSoFar = result.TextSoFar is "" ? null : result.TextSoFar,
                FinishReason = reply?.FinishReason,
                ToolCalls = reply?.ToolCalls is [] ? null : reply?.ToolCalls,
                Error = ErrorDetail.From(run.Outcome.Failure),
            };
        }

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
