using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>What came of calling an agent. The last three are not in the full form: what was sent has them.</summary>
/// <param name="Success">Whether the agent answered, or is at work.</param>
/// <param name="ResponseData">The answer.</param>
/// <param name="InteractionType">How it was asked for.</param>
/// <param name="ServerUsed">The URL of the agent's server.</param>
/// <param name="AgentIdUsed">The agent, by the id its server knows it by.</param>
/// <param name="FullyQualifiedId">The agent, by the id that names its server too.</param>
/// <param name="ResolutionMethod">How the id led to this agent.</param>
/// <param name="ServerType">The dialect of its server.</param>
/// <param name="ThreadId">The conversation on the agent server, to be continued with the same threadId.</param>
/// <param name="Usage">Tokens the answer cost, as far as the agent server tells.</param>
/// <param name="RunId">The run that goes on in the background and will have the answer.</param>
/// <param name="Interrupt">What the agent stopped to ask, if it did.</param>
/// <param name="FinishReason">Why the answer ended where it did.</param>
/// <param name="ToolCalls">The tools the agent called on the way.</param>
/// <param name="Error">Why there is no more of the answer, and what to do next.</param>
internal sealed record CallAgentResult(
    bool Success,
    object ResponseData,
    InteractionType InteractionType,
    string ServerUsed,
    string AgentIdUsed,
    string FullyQualifiedId,
    ResolutionMethod ResolutionMethod,
    string ServerType,
    string? ThreadId = null,
    AgentUsage? Usage = null,
    string? RunId = null,
    JsonElement? Interrupt = null,
    string? FinishReason = null,
    IReadOnlyList<AgentToolCall>? ToolCalls = null,
    ErrorDetail? Error = null)
{
    /// <summary>The agent's text, or where it will be, and the fields beside it.</summary>
    public static CallToolResult From(ResolvedAgent agent, InteractionType interactionType, CallOutcome outcome, ResultDetail detail)
    {
        var running = outcome as CallOutcome.Running;
        var reply = running is null ? outcome.ReplySoFar! : ToReply(running);
        var failure = outcome.Failure;
        var result = new CallAgentResult(
            failure is null,
            ToolResult.ResponseData(reply, detail),
            interactionType,
            agent.Server.Url.ToString(),
            agent.AgentId,
            agent.QualifiedId,
            agent.Method,
            agent.Server.Type!,
            reply.ThreadId,
            reply.Usage,
            running?.RunId,
            reply.Interrupt);
        if (detail is ResultDetail.Brief)
        {
            result = result with
            {
                FinishReason = reply.FinishReason,
                ToolCalls = reply.ToolCalls is [] ? null : reply.ToolCalls,
                Error = ErrorDetail.From(failure),
            };
        }

        return ToolResult.Of(result, failure is null ? reply.Text : $"{failure.Message}\n\nThis had arrived before:\n{reply.Text}", failure is not null);
    }

    private static AgentReply ToReply(CallOutcome.Running running)
    {
        var text = $"The agent is at work in the background. Call getAgentRun with runId {running.RunId} for its answer, or cancelAgentRun to stop it.";

        return new(text, text, running.ThreadId);
    }
}
