namespace McpProxy.Api.Agents.Conversation;

/// <summary>Tokens that a reply has cost, as far as the agent server tells.</summary>
internal sealed record AgentUsage(long? InputTokens, long? OutputTokens, long? TotalTokens);
