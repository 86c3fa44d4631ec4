using McpProxy.Api.Runs.History;

namespace McpProxy.Api.Operator;

/// <summary>What the history says of each agent.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Agents">The agents that were called.</param>
internal sealed record AgentFigures(DateTime Since, IReadOnlyList<AgentFigure> Agents)
{
    private static readonly TimeSpan _period = TimeSpan.FromHours(1);

    /// <param name="calls">The calls that are remembered, the newest first.</param>
    /// <param name="now">The time.</param>
    public static AgentFigures Of(IReadOnlyList<CallRecord> calls, DateTime now)
    {
        // Where there are many calls, those of the whole hour are not remembered any more.
        var since = calls.Count < CallHistory.MaxCalls || calls[^1].StartedAt < now - _period ? now - _period : calls[^1].StartedAt;

        return new(
            since,
            [
                .. calls.Where(call => call.StartedAt >= since)
                    .GroupBy(call => call.Agent, AgentFigure.Of)
                    .OrderBy(figure => figure.Agent, StringComparer.Ordinal),
            ]);
    }
}

/// <summary>What the history says of one agent.</summary>
/// <param name="Agent">Its qualified id.</param>
/// <param name="Calls">How often it was called.</param>
/// <param name="Running">How many of these calls run still.</param>
/// <param name="Errors">How many failed or were lost.</param>
/// <param name="P50Milliseconds">How long the half of its answers took at most.</param>
/// <param name="P95Milliseconds">How long nineteen of twenty answers took at most.</param>
/// <param name="InputTokens">How many tokens its model read, as far as it says so.</param>
/// <param name="OutputTokens">How many it wrote.</param>
/// <param name="Minutes">The same by the minute in which calls began.</param>
internal sealed record AgentFigure(
    string Agent,
    int Calls,
    int Running,
    int Errors,
    long? P50Milliseconds,
    long? P95Milliseconds,
    long InputTokens,
    long OutputTokens,
    IReadOnlyList<MinuteFigure> Minutes)
{
    public static AgentFigure Of(string agent, IEnumerable<CallRecord> calls)
    {
        var all = calls.ToList();
        var times = all.Where(call => call.State is CallState.Answered or CallState.Asked).Select(call => call.Milliseconds).OfType<long>().Order().ToList();

        return new(
            agent,
            all.Count,
            all.Count(call => call.State is CallState.Running),
            all.Count(IsError),
            Percentile(times, 0.5),
            Percentile(times, 0.95),
            all.Sum(call => call.InputTokens ?? 0),
            all.Sum(call => call.OutputTokens ?? 0),
            [
                .. all.GroupBy(call => new DateTime(call.StartedAt.Ticks - (call.StartedAt.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc))
                    .Select(minute => new MinuteFigure(minute.Key, minute.Count(), minute.Count(IsError)))
                    .OrderBy(minute => minute.At),
            ]);
    }

    private static bool IsError(CallRecord call) => call.State is CallState.Failed or CallState.Lost;

    private static long? Percentile(List<long> ordered, double part)
        => ordered.Count > 0 ? ordered[(int)Math.Ceiling(part * ordered.Count) - 1] : null;
}

internal sealed record MinuteFigure(DateTime At, int Calls, int Errors);
