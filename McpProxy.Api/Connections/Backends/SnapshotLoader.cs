using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>Brings the snapshot up to date, and notices how Redis is doing on the way.</summary>
internal sealed partial class SnapshotLoader(
    string backend, RedisConnectionStore store, ServerSnapshots snapshots, RedisHealth health, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan _resyncInterval = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _loading = new(1);
    private long _began;
    private long _confirmed;
    private bool _isRepaired;
    private volatile bool _hasVersion;
    private volatile bool _isWiped;

    public bool IsLoaded => snapshots.Current.LoadedAt is not null;

    /// <summary>How long ago the snapshot was known to be the truth.</summary>
    public TimeSpan? Age => IsLoaded ? time.GetElapsedTime(Volatile.Read(ref _confirmed)) : null;

    /// <summary>Whether everything was deleted by somebody else.</summary>
    public bool IsWiped => _isWiped;

    /// <summary>Reads what has changed, or nothing if nothing has.</summary>
    /// <param name="hasChanged">Whether it is known already that there is something new.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether that succeeded.</returns>
    public async Task<bool> SynchronizeAsync(bool hasChanged, CancellationToken cancellationToken)
    {
        // Programs that know nothing of versions change what is in Redis, too.
        var isDue = snapshots.Current.LoadedAt is not { } loadedAt || time.GetElapsedTime(loadedAt) >= _resyncInterval;
        if (hasChanged || isDue || health.Failure is not null || await HasNewVersionAsync(cancellationToken))
        {
            return await ReloadAsync().WaitAsync(cancellationToken) is null;
        }

        return true;
    }

    /// <summary>Reads everything anew. Who asks while that is being done waits, and then shares one more reading with all others who waited.</summary>
    /// <returns>Why it could not be done.</returns>
    public async Task<BackendException?> ReloadAsync()
    {
        var asked = time.GetTimestamp();
        await _loading.WaitAsync();
        try
        {
            if (_began <= asked && !health.IsPaused)
            {
                _began = time.GetTimestamp();
                await LoadAsync();
            }
        }
        catch (BackendException failure)
        {
            health.ReadFailed(failure);
        }
        finally
        {
            _loading.Release();
        }

        return health.ReadFailure;
    }

    /// <summary>To be called after a write: from then on an empty Redis means that it was wiped.</summary>
    public void NoticeWrite() => _hasVersion = true;

    public void Dispose() => _loading.Dispose();

    private async Task LoadAsync()
    {
        if (!_isRepaired)
        {
            await RepairAsync();
        }

        snapshots.BeginLoad();
        var snapshot = await store.LoadAsync(snapshots.Current, CancellationToken.None);
        Volatile.Write(ref _confirmed, snapshot.LoadedAt!.Value);
        snapshots.CompleteLoad(snapshot);
        NoticeWiping(snapshot);
        health.ReadSucceeded();

        if (health.WriteFailure is not null)
        {
            await TryWriteAsync(store.ProbeAsync);
        }
    }

    /// <summary>A Redis that takes no writes can be read all the same.</summary>
    private async Task RepairAsync() => _isRepaired = await TryWriteAsync(store.RepairAsync);

    private async Task<bool> TryWriteAsync(Func<CancellationToken, Task> write)
    {
        try
        {
            await write(CancellationToken.None);
            health.WriteSucceeded();

            return true;
        }
        catch (BackendException failure) when (failure is { Error: BackendError.Refused, RetryAfter: null })
        {
            health.WriteFailed(failure);

            return false;
        }
    }

    private async Task<bool> HasNewVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await store.GetVersionAsync(cancellationToken);
            if (version != snapshots.Current.Version)
            {
                return true;
            }

            Volatile.Write(ref _confirmed, time.GetTimestamp());

            return false;
        }
        catch (BackendException failure)
        {
            health.ReadFailed(failure);

            return true;
        }
    }

    private void NoticeWiping(ServerSnapshot snapshot)
    {
        var isWiped = snapshot.Version is "" && _hasVersion;
        if (isWiped && !_isWiped)
        {
            LogWiped(backend);
        }

        _isWiped = isWiped;
        _hasVersion = _hasVersion || snapshot.Version is not "";
    }

    [LoggerMessage(LogLevel.Error, "The connections in {Backend} are gone: somebody or something deleted them.")]
    private partial void LogWiped(string backend);
}
