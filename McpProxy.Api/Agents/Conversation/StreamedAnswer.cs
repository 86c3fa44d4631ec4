namespace McpProxy.Api.Agents.Conversation;

/// <summary>A streamed answer after its end: each piece with the time it arrived.</summary>
internal sealed record StreamedAnswer(string Type, IReadOnlyList<StreamChunk> Chunks, StreamSummary Summary);

/// <summary>One piece of a streamed answer.</summary>
internal sealed record StreamChunk(string Content, DateTime Timestamp, int Index);

/// <summary>What there is to say about a streamed answer as a whole.</summary>
/// <param name="TotalChunks">How many pieces it came in.</param>
/// <param name="StartTime">When the call was sent.</param>
/// <param name="EndTime">When the answer ended.</param>
/// <param name="DurationMs">The time between the two, in milliseconds.</param>
/// <param name="Note">What was done with the stream.</param>
/// <param name="Error">Why it broke off.</param>
internal sealed record StreamSummary(
    int TotalChunks, DateTime StartTime, DateTime EndTime, long DurationMs, string? Note, string? Error = null);
