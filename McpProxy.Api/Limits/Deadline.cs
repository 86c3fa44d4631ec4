namespace McpProxy.Api.Limits;

/// <summary>Cancels what takes longer than a limit allows, and tells that from a caller who has gone.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly string _subject;
    private TimeLimit? _limit;

    /// <param name="subject">What the error message begins with, such as <c>Agent server 'x'</c>.</param>
    /// <param name="limit">How long it may take; <see langword="null"/> sets no limit yet.</param>
    /// <param name="caller">Cancelled when nobody waits any more.</param>
    public Deadline(string subject, TimeLimit? limit, CancellationToken caller)
    {
        (_subject, _caller) = (subject, caller);
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Token = _source.Token;
        Restart(limit);
    }

    public CancellationToken Token { get; }

    /// <summary>Starts the time again.</summary>
    /// <param name="limit">How long it may take from now on; as long as before if left out.</param>
    public void Restart(TimeLimit? limit = null)
    {
        _limit = limit ?? _limit;
        if (_limit is not null)
        {
            _source.CancelAfter(_limit.Time);
        }
    }

    /// <returns>What to tell the client when the exception means that the time was up; else <see langword="null"/>.</returns>
    public ProxyException? Explain(Exception exception)
        => exception is OperationCanceledException && !_caller.IsCancellationRequested && Token.IsCancellationRequested
            ? _limit?.Exceeded(_subject, exception)
            : null;

    public void Dispose() => _source.Dispose();
}
