namespace McpProxy.Api.AgentServers;

/// <summary>A piece of a streamed reply.</summary>
/// <param name="Text">The next words, or <see langword="null"/> when this piece only tells something about the reply.</param>
/// <param name="Usage">What the reply has cost so far: the last one counts.</param>
/// <param name="ThreadId">The conversation that the agent server keeps.</param>
/// <param name="FinishReason">Why the reply ended where it did.</param>
internal sealed record AgentUpdate(string? Text = null, AgentUsage? Usage = null, string? ThreadId = null, string? FinishReason = null);
