using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>What came of calling an agent. The last three are left out where <c>responseData</c> is all that the agent server sent.</summary>
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
        var (failure, isBrief) = (outcome.Failure, detail is ResultDetail.Brief);
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
            reply.Interrupt,
            isBrief ? reply.FinishReason : null,
            isBrief && reply.ToolCalls is not [] ? reply.ToolCalls : null,
            isBrief ? ErrorDetail.From(failure) : null);

        return ToolResult.Of(result, failure is null ? reply.Text : $"{failure.Message}\n\nThis had arrived before:\n{reply.Text}", failure is not null);
    }

    private static AgentReply ToReply(CallOutcome.Running running)
    {
        var text = $"The agent is at work in the background. Call getAgentRun with runId {running.RunId} for its answer, or cancelAgentRun to stop it.";

        return new(text, text, running.ThreadId);
    }
}
