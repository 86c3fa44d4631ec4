using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Status">How.</param>
/// <param name="EndedAt">When.</param>
/// <param name="Reply">What the agent answered, or as much of it as arrived.</param>
/// <param name="Problem">Why there is no more of it, and what to do next.</param>
internal sealed record RunEnd(RunStatus Status, DateTime EndedAt, AgentReply? Reply = null, string? Problem = null);
