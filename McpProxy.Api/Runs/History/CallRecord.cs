namespace McpProxy.Api.Runs.History;

/// <summary>A call of an agent, as the history shows it and as replicas tell it one another. What was said is only in it when asked for.</summary>
/// <param name="Id">The id of its run.</param>
/// <param name="Agent">Whom it calls, by the qualified id.</param>
/// <param name="State">How it stands.</param>
/// <param name="Background">Whether it goes on without its client.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Replica">Which replica waits for the answer, or did.</param>
/// <param name="Caller">Who called, where callers say who they are.</param>
/// <param name="EndedAt">When it ended, if that is known.</param>
/// <param name="InputTokens">How many tokens the agent's model read, if it says so.</param>
/// <param name="OutputTokens">How many it wrote.</param>
/// <param name="Bytes">How long the text of the answer is, in UTF-8.</param>
/// <param name="Error">Why there is no (more of an) answer.</param>
/// <param name="TraceId">The trace that it is part of.</param>
/// <param name="ThreadId">The conversation that it is part of.</param>
/// <param name="Message">The beginning of what the agent was told.</param>
/// <param name="Answer">The beginning of what it answered.</param>
internal sealed record CallRecord(
    string Id,
    string Agent,
    CallState State,
    bool Background,
    DateTime StartedAt,
    string Replica,
    string? Caller = null,
    DateTime? EndedAt = null,
    long? InputTokens = null,
    long? OutputTokens = null,
    long? Bytes = null,
    CallError? Error = null,
    string? TraceId = null,
    string? ThreadId = null,
    string? Message = null,
    string? Answer = null)
{
    public long? Milliseconds => EndedAt is { } ended ? Math.Max(0, (long)(ended - StartedAt).TotalMilliseconds) : null;
}

/// <summary>Why a call failed: the kind for programs, the message for people.</summary>
internal sealed record CallError(ErrorKind Kind, string Message);
