using System.ComponentModel;
using System.Text.Json;
using McpProxy.Api.AgentServers;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Tools;

/// <summary>What came of calling an agent.</summary>
internal sealed record CallAgentResult(
    bool Success,
    [property: Description("The answer as the agent server sent it; of a stream, its pieces.")] object ResponseData,
    InteractionType InteractionType,
    [property: Description("The URL of the agent's server.")] string ServerUsed,
    string AgentIdUsed,
    string FullyQualifiedId,
    [property: Description("How the id led to this agent.")] ResolutionMethod ResolutionMethod,
    string ServerType,
    [property: Description("The conversation on the agent server, to be continued with the same threadId.")] string? ThreadId = null,
    [property: Description("Tokens the answer cost, as far as the agent server tells.")] AgentUsage? Usage = null,
    [property: Description("The run that goes on in the background and will have the answer: getAgentRun gets it, cancelAgentRun stops it.")] string? RunId = null,
    [property: Description("What the agent stopped to ask, if it did: call it again with this threadId and the answer as resume.")] JsonElement? Interrupt = null)
{
    public static CallAgentResult From(ResolvedAgent agent, InteractionType interactionType, AgentAnswer answer) => new(
        answer.Failure is null,
        answer.Reply.Response,
        interactionType,
        agent.Server.Url.ToString(),
        agent.AgentId,
        agent.QualifiedId,
        agent.Method,
        agent.Server.Type!,
        answer.Reply.ThreadId,
        answer.Reply.Usage,
        Interrupt: answer.Reply.Interrupt);

    /// <summary>What to say when the answer is still to come.</summary>
    public static CallToolResult From(ResolvedAgent agent, AgentRun run)
    {
        var text = $"The agent is at work in the background. Call getAgentRun with runId {run.Id} for its answer, or cancelAgentRun to stop it.";
        var result = new CallAgentResult(
            true,
            text,
            run.Facts.InteractionType,
            run.Facts.ServerUrl,
            run.Facts.AgentId,
            run.Facts.QualifiedId,
            agent.Method,
            run.Facts.ServerType,
            run.Facts.ThreadId,
            null,
            run.Id);

        return new() { Content = [new TextContentBlock { Text = text }], StructuredContent = JsonSerializer.SerializeToElement(result, ApiJson.Readable) };
    }

    /// <summary>The agent's words as text, and these fields beside them.</summary>
    public CallToolResult ToToolResult(AgentAnswer answer) => new()
    {
        IsError = answer.Failure is not null,
        Content =
        [
            new TextContentBlock
            {
                Text = answer.Failure is { } failure ? $"{failure.Message}\n\nThis had arrived before:\n{answer.Reply.Text}" : answer.Reply.Text,
            },
        ],
        StructuredContent = JsonSerializer.SerializeToElement(this, ApiJson.Readable),
    };
}
