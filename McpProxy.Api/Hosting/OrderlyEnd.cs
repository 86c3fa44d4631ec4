using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpProxy.Api.Hosting;

/// <summary>
/// Stops in an order that loses nothing: first <c>/health</c> says that it is over and nothing new begins, then the calls that run may end, then
/// those that take too long are cut off and answered, and then connections without a whole request are closed.
/// </summary>
internal sealed class OrderlyEnd(IHostApplicationLifetime lifetime, ClientOptions options) : IHostedLifecycleService, IHealthCheck, IDisposable
{
    private static readonly TimeSpan _timeToAnswer = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _timeToClose = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, ConnectionContext> _connections = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inWork;

    /// <summary>All that is added to what calls may take. The host must not give up before.</summary>
    public static TimeSpan Grace { get; } = _timeToAnswer + _timeToClose + TimeSpan.FromSeconds(5);

    public bool HasBegun => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Counts a request as in work until the result is disposed of.</summary>
    public IDisposable Enter()
    {
        Interlocked.Increment(ref _inWork);

        return new Entered(this);
    }

    /// <summary>Keeps a connection in mind while it is open.</summary>
    public async Task WatchAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        _connections[connection.ConnectionId] = connection;
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
        }
    }

    /// <summary>Does something that is cut off when it takes longer than there is time at the end.</summary>
    /// <exception cref="ProxyException">It was cut off.</exception>
    public async ValueTask<T> UntilCutAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        try
        {
            return await work(source.Token);
        }
        catch (OperationCanceledException) when (_cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProxyException(
                ErrorKind.Interrupted,
                "The proxy is being stopped, and this took too long to wait for. An agent that was called may have done its work, or a part of it. "
                + "Call again only if doing things twice does no harm.");
        }
    }

    /// <summary>Cuts off what is in work.</summary>
    public Task CutAsync() => _cut.CancelAsync();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(HasBegun ? HealthCheckResult.Unhealthy("The proxy is being stopped.") : HealthCheckResult.Healthy());

    /// <summary>Comes before anything is stopped: the endpoints still answer.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        if (!await IsDoneWithinAsync(options.ShutdownTime, cancellationToken))
        {
            await CutAsync();
            await IsDoneWithinAsync(_timeToAnswer, cancellationToken);
        }

        _ = CloseAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _cut.Dispose();

    private async Task<bool> IsDoneWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _inWork) > 0)
        {
            await Task.WhenAny(_allDone.Task, Task.Delay(time, cancellationToken));
        }

        return Volatile.Read(ref _inWork) is 0;
    }

    private async Task CloseAsync()
    {
        await Task.Delay(_timeToClose);
        foreach (var connection in _connections.Values)
        {
            connection.Abort();
        }
    }

    private sealed class Entered(OrderlyEnd end) : IDisposable
    {
        public void Dispose()
        {
            // Nothing new begins after the beginning of the end, so that none is left then means none will come.
            if (Interlocked.Decrement(ref end._inWork) is 0 && end.HasBegun)
            {
                end._allDone.TrySetResult();
            }
        }
    }
}
