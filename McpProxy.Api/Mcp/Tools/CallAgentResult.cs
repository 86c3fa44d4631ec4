using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Runs;
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
    /// <param name="run">What came of the call: at least a part of an answer, or that it goes on.</param>
    /// <param name="detail">How much to say.</param>
    public static CallToolResult From(AgentRun run, ResultDetail detail)
    {
        var running = run.Outcome as CallOutcome.Running;
        var reply = running is null ? run.Outcome.ReplySoFar! : ToReply(running);
        var (facts, failure, isBrief) = (run.Facts, run.Outcome.Failure, detail is ResultDetail.Brief);
        var result = new CallAgentResult(
            failure is null,
            ToolResult.ResponseData(reply, detail),
            facts.InteractionType,
            facts.ServerUrl,
            facts.AgentId,
            facts.QualifiedId,
            facts.Resolution,
            facts.ServerType,
            reply.ThreadId,
            reply.Usage,
            running?.RunId,
            reply.Interrupt,
            isBrief ? reply.FinishReason : null,
            isBrief && reply.ToolCalls is not [] ? reply.ToolCalls : null,
            isBrief ? ErrorDetail.From(failure) : null);

        var told = ToolResult.Of(result, failure is null ? reply.Text : $"{failure.Message}\n\nThis had arrived before:\n{reply.Text}", failure is not null);
        if (facts.BeginsThread && reply.ThreadId is { } begun)
        {
            told.Content.Add(new TextContentBlock { Text = $"This began the conversation {begun}. To continue it, pass that as threadId." });
        }

        return told;
    }

    private static AgentReply ToReply(CallOutcome.Running running)
    {
        var text = $"The agent is at work in the background: call getAgentRun with runId {running.RunId} for its answer (with waitSeconds it waits for it), "
            + "or cancelAgentRun to stop it.";

        return new(text, text, running.ThreadId);
    }
}
