using McpProxy.Api.Errors;

namespace McpProxy.Api.Limits;

/// <summary>Ends what takes longer than a limit allows, and tells that end from a caller's who has gone.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly string _subject;
    private readonly TimeProvider _time;
    private readonly long _start;
    private TimeLimit? _limit;

    public Deadline(string subject, TimeLimit? limit, CancellationToken caller, TimeProvider? time = null)
    {
        (_subject, _caller, _time) = (subject, caller, time ?? TimeProvider.System);
        _start = _time.GetTimestamp();
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Token = _source.Token;
        Restart(limit);
    }

    public CancellationToken Token { get; }

    /// <summary>Lets the time begin anew, under the same limit.</summary>
    public void Restart() => Restart(_limit);

    /// <summary>Lets the time begin anew, under another limit.</summary>
    public void Restart(TimeLimit? limit)
    {
        _limit = limit;
        if (limit is not null)
        {
            _source.CancelAfter(limit.Time);
        }
    }

    /// <summary>Sets another limit for all that began with this object.</summary>
    public void Extend(TimeLimit limit)
    {
        _limit = limit;
        _source.CancelAfter(limit.Time - _time.GetElapsedTime(_start) is { Ticks: > 0 } left ? left : TimeSpan.Zero);
    }

    /// <returns>What to tell the client when the exception means that the time was up; else <see langword="null"/>.</returns>
    public ProxyException? Explain(Exception exception)
        => exception is OperationCanceledException && !_caller.IsCancellationRequested && Token.IsCancellationRequested ? _limit?.Exceeded(_subject, exception) : null;

    public void Dispose() => _source.Dispose();
}
