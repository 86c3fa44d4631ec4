using System.ComponentModel;
using System.Text.Json;
using McpProxy.Api.AgentServers;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Tools;

/// <summary>What came of calling an agent.</summary>
internal sealed record CallAgentResult(
    bool Success,
    [property: Description("The answer as the agent server sent it; of a stream, its pieces.")] JsonElement ResponseData,
    InteractionType InteractionType,
    [property: Description("The URL of the agent's server.")] string ServerUsed,
    string AgentIdUsed,
    string FullyQualifiedId,
    [property: Description("How the id led to this agent.")] ResolutionMethod ResolutionMethod,
    string ServerType,
    [property: Description("The conversation on the agent server, to be continued with the same threadId.")] string? ThreadId = null,
    [property: Description("Tokens the answer cost, as far as the agent server tells.")] AgentUsage? Usage = null)
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
        answer.Reply.Usage);

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
