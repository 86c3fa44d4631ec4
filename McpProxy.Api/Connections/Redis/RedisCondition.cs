namespace McpProxy.Api.Connections.Redis;

/// <summary>How Redis is doing, as far as what came of asking it tells.</summary>
internal sealed class RedisCondition(TimeProvider time)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterTimeout = TimeSpan.FromSeconds(1);

    private volatile BackendException? _readFailure;
    private volatile BackendException? _writeFailure;
    private long _pausedUntil;

    public BackendException? ReadFailure => _readFailure;

    public BackendException? WriteFailure => _writeFailure;

    public BackendException? Failure => _readFailure ?? _writeFailure;

    /// <summary>Whether Redis should be left alone for now: it asked for it, or has failed just now and would keep everybody waiting.</summary>
    public bool IsPaused => time.GetUtcNow().UtcTicks < Volatile.Read(ref _pausedUntil);

    public void ReadSucceeded() => _readFailure = null;

    public void WriteSucceeded() => _writeFailure = null;

    public void ReadFailed(BackendException failure)
    {
        _readFailure = failure;
        Pause(failure);
    }

    public void WriteFailed(BackendException failure)
    {
        if (failure is { Error: BackendError.Refused or BackendError.Misconfigured, RetryAfter: null })
        {
            _writeFailure = failure;
        }
        else
        {
            // Reads would go the same way.
            ReadFailed(failure);
        }
    }

    private void Pause(BackendException failure)
    {
        var pause = failure.RetryAfter ?? (failure.Error is BackendError.TimedOut ? PauseAfterTimeout : PauseAfterFailure);
        Volatile.Write(ref _pausedUntil, (time.GetUtcNow() + pause).UtcTicks);
    }
}
