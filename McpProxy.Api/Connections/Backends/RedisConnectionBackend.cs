using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using McpProxy.Api.Redis;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpProxy.Api.Connections.Backends;

/// <summary>
/// Remembers connections in a Redis that any number of proxies share. Reads are answered from a snapshot in this process. When Redis fails, the
/// last snapshot stays and changes are refused: none is made anywhere else, and none is kept for later.
/// </summary>
internal sealed class RedisConnectionBackend : IConnectionBackend, IDisposable
{
    public const string SnapshotAge = "mcpproxy.snapshot.age";

    private static readonly TimeSpan _readTimeout = TimeSpan.FromSeconds(1);

    private readonly RedisConnectionStore _store;
    private readonly TimeSpan? _maxAge;
    private readonly ServerSnapshots _snapshots = new();
    private readonly RedisHealth _health;
    private readonly SnapshotLoader _loader;
    private readonly Meter _meter = new(ProxyTelemetry.Name);

    // Anybody may ask for names that don't exist.
    private readonly TokenBucketRateLimiter _refreshes = new(new() { TokenLimit = 20, TokensPerPeriod = 2, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });

    /// <param name="name">The backend's name.</param>
    /// <param name="store">What is in Redis.</param>
    /// <param name="maxAge">
    /// How old a snapshot may be that is answered with; <see langword="null"/> if <see cref="SynchronizeAsync"/> is called all the time.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public RedisConnectionBackend(string name, RedisConnectionStore store, TimeSpan? maxAge, TimeProvider time, ILogger<RedisConnectionBackend> logger)
    {
        (Name, _store, _maxAge) = (name, store, maxAge);
        _health = new(name, time, logger);
        _loader = new(name, store, _snapshots, _health, time, logger);
        _meter.CreateObservableGauge(
            SnapshotAge,
            () => _loader.Age is { TotalSeconds: var seconds }
                ? [new(seconds, new KeyValuePair<string, object?>("mcpproxy.backend", name))]
                : Array.Empty<Measurement<double>>(),
            "s",
            "How old the list of connected servers is.");
    }

    public string Name { get; }

    public BackendState State => (_health.Failure, _loader) switch
    {
        ({ Error: BackendError.Misconfigured, Message: var problem }, { IsLoaded: false }) => new(HealthStatus.Unhealthy, null, problem),
        ({ Message: var problem }, _) => new(HealthStatus.Degraded, _loader.Age, problem),
        (_, { IsWiped: true }) => new(
            HealthStatus.Degraded, _loader.Age, "The connections are gone: somebody or something deleted them. Connect the servers again."),
        _ => new(HealthStatus.Healthy, _loader.Age),
    };

    public async ValueTask<IReadOnlyList<AgentServer>> GetAllAsync(CancellationToken cancellationToken)
    {
        if (_maxAge is not null && !(_loader.Age < _maxAge))
        {
            await ReloadAsync(cancellationToken);
        }

        return _snapshots.Current.Servers;
    }

    public async ValueTask<IReadOnlyList<AgentServer>> RefreshAsync(CancellationToken cancellationToken)
    {
        using var lease = _refreshes.AttemptAcquire();
        if (lease.IsAcquired)
        {
            await ReloadAsync(cancellationToken);
        }

        return _snapshots.Current.Servers;
    }

    /// <inheritdoc cref="SnapshotLoader.SynchronizeAsync"/>
    public Task<bool> SynchronizeAsync(bool hasChanged, CancellationToken cancellationToken) => _loader.SynchronizeAsync(hasChanged, cancellationToken);

    public Task<(AgentServer Server, bool Added)> AddAsync(
        string? name, ServerUrl url, string? type, IReadOnlyList<string>? agents, CancellationToken cancellationToken)
        => WriteAsync(
            async _ =>
            {
                var (server, added) = await _store.AddAsync(name, url, type, agents, cancellationToken);
                _snapshots.Apply(server.Name, server);
                if (added)
                {
                    _loader.NoticeWrite();
                }

                return (server, added);
            },
            cancellationToken);

    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
        => WriteAsync(
            async isRepeated =>
            {
                var removed = await _store.RemoveAsync(name, cancellationToken);
                _snapshots.Apply(name, null);

                return removed || isRepeated;
            },
            cancellationToken);

    public void Dispose()
    {
        _meter.Dispose();
        _refreshes.Dispose();
        _loader.Dispose();
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _loader.ReloadAsync().WaitAsync(_loader.IsLoaded ? _readTimeout : Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Answers with the last snapshot; the loading goes on.
        }
    }

    /// <summary>Makes a change, and repeats it once when its result was lost: the scripts allow that.</summary>
    private async Task<T> WriteAsync<T>(Func<bool, Task<T>> write, CancellationToken cancellationToken)
    {
        // Not to send what a frozen Redis would carry out some day.
        if ((!_loader.IsLoaded || _health.ReadFailure is not null) && await _loader.ReloadAsync().WaitAsync(cancellationToken) is { } unusable)
        {
            throw Refusal(unusable, isSent: false);
        }

        for (var isRepeated = false; ; isRepeated = true)
        {
            try
            {
                var result = await write(isRepeated);
                _health.WriteSucceeded();

                return result;
            }
            catch (BackendException failure)
            {
                _health.WriteFailed(failure);
                if (isRepeated || failure.Error is not BackendError.Interrupted)
                {
                    throw Refusal(failure, isSent: isRepeated || failure.Error is BackendError.TimedOut);
                }
            }
        }
    }

    private static ProxyException Refusal(BackendException failure, bool isSent) => new(
        ErrorKind.BackendUnavailable,
        (isSent, failure) switch
        {
            (true, _) => $"It is not known whether the change was made. {failure.Message} Call listAgents to see, or repeat it: that is safe.",
            (_, { Error: BackendError.Misconfigured }) => $"Nothing was changed. {failure.Message} Until then trying again won't help.",
            (_, { RetryAfter: { } wait }) => $"Nothing was changed. {failure.Message} Try again in {Math.Ceiling(wait.TotalSeconds):0} seconds.",
            _ => $"Nothing was changed. {failure.Message} Then try again; servers that are connected can be used meanwhile.",
        },
        failure)
    { RetryAfter = failure.RetryAfter };
}
