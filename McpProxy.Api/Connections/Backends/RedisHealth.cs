using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>How Redis is doing, as far as what came of asking it tells.</summary>
internal sealed partial class RedisHealth(string backend, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan _pauseAfterFailure = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _pauseAfterTimeout = TimeSpan.FromSeconds(1);

    private volatile BackendException? _readFailure;
    private volatile BackendException? _writeFailure;
    private long _pausedUntil;

    public BackendException? ReadFailure => _readFailure;

    public BackendException? WriteFailure => _writeFailure;

    public BackendException? Failure => _readFailure ?? _writeFailure;

    /// <summary>Whether Redis should be left alone for now: it asked for it, or has failed just now and would keep everybody waiting.</summary>
    public bool IsPaused => time.GetUtcNow().UtcTicks < Volatile.Read(ref _pausedUntil);

    public void ReadSucceeded()
    {
        if (_readFailure is not null)
        {
            LogRecovered(backend);
        }

        _readFailure = null;
        Volatile.Write(ref _pausedUntil, 0);
    }

    public void ReadFailed(BackendException failure)
    {
        if (_readFailure is null)
        {
            LogFailure(backend, failure.Message, failure);
        }

        _readFailure = failure;
        var pause = failure.RetryAfter ?? (failure.Error is BackendError.TimedOut ? _pauseAfterTimeout : _pauseAfterFailure);
        Volatile.Write(ref _pausedUntil, (time.GetUtcNow() + pause).UtcTicks);
    }

    /// <summary>Who can write can read.</summary>
    public void WriteSucceeded()
    {
        _writeFailure = null;
        ReadSucceeded();
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

    [LoggerMessage(LogLevel.Warning, "The connection backend {Backend} failed. {Problem} Known servers can still be called.")]
    private partial void LogFailure(string backend, string problem, Exception exception);

    [LoggerMessage(LogLevel.Information, "The connection backend {Backend} works again.")]
    private partial void LogRecovered(string backend);
}
