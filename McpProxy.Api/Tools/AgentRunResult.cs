using System.ComponentModel;
using System.Text.Json;
using McpProxy.Api.AgentServers;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Tools;

/// <summary>How a run in the background stands.</summary>
internal sealed record AgentRunResult(
    string RunId,
    RunStatus Status,
    string FullyQualifiedId,
    string AgentIdUsed,
    [property: Description("The URL of the agent's server.")] string ServerUsed,
    string ServerType,
    InteractionType InteractionType,
    DateTime StartedAt,
    DateTime? EndedAt = null,
    [property: Description("What the agent has said lately, while it is at work.")] string? TextSoFar = null,
    [property: Description("The answer as the agent server sent it; of a stream, its pieces.")] object? ResponseData = null,
    [property: Description("The conversation on the agent server, to be continued with the same threadId.")] string? ThreadId = null,
    [property: Description("Tokens the answer cost, as far as the agent server tells.")] AgentUsage? Usage = null,
    [property: Description("What the agent stopped to ask, if it did: call it with this threadId and the answer as resume.")] JsonElement? Interrupt = null)
{
    public static CallToolResult From(AgentRun run) => new()
    {
        IsError = run.Status is RunStatus.Failed or RunStatus.Lost,
        Content = [new TextContentBlock { Text = Tell(run) }],
        StructuredContent = JsonSerializer.SerializeToElement(
            new AgentRunResult(
                run.Id,
                run.Status,
                run.Facts.QualifiedId,
                run.Facts.AgentId,
                run.Facts.ServerUrl,
                run.Facts.ServerType,
                run.Facts.InteractionType,
                run.Facts.StartedAt,
                run.End?.EndedAt,
                run.End is null ? run.Words : null,
                run.End?.Reply?.Response,
                run.End?.Reply?.ThreadId ?? run.Facts.ThreadId,
                run.End?.Reply?.Usage,
                run.End?.Reply?.Interrupt),
            ApiJson.Readable),
    };

    /// <returns>The answer in the agent's words, or why there is none (yet) and what to do next.</returns>
    private static string Tell(AgentRun run) => run switch
    {
        { Status: RunStatus.Running } => $"The agent is at work. Call getAgentRun with runId {run.Id} again for its answer.{After("It has said so far:", run.Words)}",
        { Status: RunStatus.Cancelled } => $"The run was cancelled.{After("The agent had said:", run.Words)}",
        { End.Problem: { } problem } => problem + After("This had arrived before:", run.End.Reply?.Text),
        _ => run.End!.Reply!.Text,
    };

    private static string After(string title, string? words) => string.IsNullOrEmpty(words) ? "" : $"\n\n{title}\n{words}";
}
