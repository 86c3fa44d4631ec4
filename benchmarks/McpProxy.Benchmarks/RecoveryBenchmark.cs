using System.Diagnostics;
using McpProxy.Api.Connections.Backends;

namespace McpProxy.Benchmarks;

/// <summary>How soon a replica is well again when Redis is back after ten seconds.</summary>
internal static class RecoveryBenchmark
{
    private static readonly TimeSpan _outage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _promise = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        await using var backends = new StartedBackends();
        var server = await backends.ServerAsync();
        var backend = await backends.RedisAsync(server);
        await backend.AddAsync();

        return
        [
            await MeasureAsync("redis: well again after being killed and started again", server.KillAsync, server.StartAgainAsync, backend),
            await MeasureAsync("redis: well again after being frozen", server.FreezeAsync, server.ThawAsync, backend),
        ];
    }

    private static async Task<Row> MeasureAsync(string what, Func<Task> fail, Func<Task> recover, RedisConnectionBackend backend)
    {
        await fail();
        await Task.Delay(_outage);
        var wasDegraded = backend.State.Health is HealthStatus.Degraded;
        var known = (await backend.NamesAsync()).Count;
        await recover();
        var began = Stopwatch.GetTimestamp();
        await backend.HealthyAsync();
        var elapsed = Stopwatch.GetElapsedTime(began);

        return new(what, $"{elapsed.TotalMilliseconds:0} ms; {known} of 1 servers known meanwhile", wasDegraded && known is 1 && elapsed < _promise);
    }
}
