using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>Keeps the snapshot of the backend <c>redis</c> up to date: at once when another replica announces a change, otherwise within seconds.</summary>
internal sealed partial class RedisWatch(
    RedisConnectionBackend backend, StackExchangeRedisClient client, RedisConnectionKeys keys, ILogger<RedisWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _retryInterval = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim _changes = new(0);

    /// <summary>The proxy should know its servers when it answers first; without Redis it starts nevertheless.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await SynchronizeAsync(hasChanged: true, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _changes.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWell = true;
        while (true)
        {
            var hasChanged = await _changes.WaitAsync(isWell ? _pollInterval : _retryInterval, stoppingToken);
            while (_changes.Wait(0, stoppingToken))
            {
                // One look answers all announcements made before it.
            }

            isWell = await SynchronizeAsync(hasChanged, stoppingToken);
        }
    }

    private async Task<bool> SynchronizeAsync(bool hasChanged, CancellationToken cancellationToken)
    {
        try
        {
            var isWell = await backend.SynchronizeAsync(hasChanged, cancellationToken);
            if (isWell && !client.IsSubscribed)
            {
                await SubscribeAsync(cancellationToken);
            }

            return isWell;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the library throws must not end the proxy.
            LogFailure(exception);

            return false;
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.SubscribeAsync(keys.Channel, () => _changes.Release(), cancellationToken);

            // Something may have been announced before.
            _changes.Release();
        }
        catch (BackendException failure)
        {
            LogNotSubscribed(failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Changes made by other replicas are seen by asking for them only. {Problem}")]
    private partial void LogNotSubscribed(string problem);

    [LoggerMessage(LogLevel.Error, "The list of connections could not be brought up to date.")]
    private partial void LogFailure(Exception exception);
}
