using System.Diagnostics.Metrics;
using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs.History;

/// <summary>
/// Tells other replicas of the calls of this one, many at once and in the background, and finds out about theirs when somebody looks. Does nothing while no
/// call runs and nobody looks, or where there is no store that replicas share.
/// </summary>
internal sealed partial class CallExchange(CallHistory history, RedisCallStore? store, TimeProvider time, ILogger<CallExchange> logger) : BackgroundService
{
    private static readonly TimeSpan _sendInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _readInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _failurePause = TimeSpan.FromSeconds(5);

    private static readonly Counter<long> _dropped = ProxyTelemetry.Meter.CreateCounter<long>(
        "mcpproxy.history.dropped", "{call}", "Calls that other replicas were not told of, because the backend was gone or too slow.");

    private readonly SemaphoreSlim _reading = new(1);
    private long? _read;
    private bool _fails;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return Task.CompletedTask;
        }

        history.Share(() => _dropped.Add(1));

        return base.StartAsync(cancellationToken);
    }

    /// <summary>Gives up the calls that run still, so that others need not wait for the end of the lease.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (store is not null)
        {
            await SendAsync(TimeSpan.Zero, cancellationToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
    }

    /// <summary>Finds out what other replicas told lately. If that fails, what is known stays.</summary>
    public async Task SynchronizeAsync(CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            // Who waited here while others read shares what they found.
            if (_read is not { } read || time.GetElapsedTime(read) >= _readInterval)
            {
                _read = time.GetTimestamp();
                history.Apply(await store.ReadAsync(cancellationToken));
                NoteSuccess();
            }
        }
        catch (BackendException exception)
        {
            NoteFailure(exception);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Cancels a call, on whichever replica it runs.</summary>
    /// <returns>Whether it runs anywhere; <see langword="null"/> if that can't be found out.</returns>
    public async Task<bool?> TryCancelAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return history.TryCancel(id) || (store is not null && await store.TryCancelAsync(id, cancellationToken));
        }
        catch (BackendException exception)
        {
            NoteFailure(exception);

            return null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var version = history.Version;
            var isSent = await SendAsync(RunOptions.Lease, stoppingToken);
            await Task.Delay(isSent ? _sendInterval : _failurePause, time, stoppingToken);

            // Also while nothing changes, leases are renewed, and calls cancelled that others want cancelled.
            await history.WaitAsync(version, history.HasWork ? _sendInterval : Timeout.InfiniteTimeSpan, stoppingToken);
        }
    }

    /// <returns>Whether that succeeded.</returns>
    private async Task<bool> SendAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        var (changed, running) = history.Unsent();
        if (changed.Count + running.Count is 0)
        {
            return true;
        }

        try
        {
            var (sent, cancelled) = await store!.PutAsync(changed, running, lease, cancellationToken);
            history.NoteSent(sent);
            foreach (var id in cancelled)
            {
                history.TryCancel(id);
            }

            NoteSuccess();

            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the library throws must not end the proxy.
            NoteFailure(exception);

            return false;
        }
    }

    private void NoteSuccess() => _fails = false;

    private void NoteFailure(Exception exception)
    {
        if (!_fails)
        {
            LogFailure((exception as BackendException)?.Message, exception);
        }

        _fails = true;
    }

    [LoggerMessage(LogLevel.Warning, "The history of calls is that of this replica alone for now. {Problem}")]
    private partial void LogFailure(string? problem, Exception exception);
}
