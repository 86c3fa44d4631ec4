using McpProxy.Api.Errors;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>What came of a call: the agent's reply, or as much of it as arrived.</summary>
/// <param name="Reply">The reply. Of a stream that broke off, what had arrived.</param>
/// <param name="Failure">Why the stream broke off.</param>
internal sealed record AgentAnswer(AgentReply Reply, ProxyException? Failure = null);
