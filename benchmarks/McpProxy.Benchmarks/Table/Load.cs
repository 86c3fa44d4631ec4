using System.Diagnostics;

namespace McpProxy.Benchmarks.Table;

/// <summary>Sends one call again and again, and checks every answer.</summary>
internal sealed class Load(Call call) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly List<LoadConnection> _connections = [];

    /// <summary>Each connection sends its next call when the last was answered.</summary>
    /// <param name="connections">How many.</param>
    /// <param name="time">For how long.</param>
    public Task<LoadResult> RunAsync(int connections, TimeSpan time)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);

        return RunAsync(connections, time, () => Stopwatch.GetTimestamp() < end);
    }

    /// <param name="connections">How many.</param>
    /// <param name="calls">How many calls all of them send together.</param>
    public Task<LoadResult> RunAsync(int connections, int calls)
    {
        var sent = 0;

        return RunAsync(connections, TimeSpan.Zero, () => Interlocked.Increment(ref sent) <= calls);
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private async Task<LoadResult> RunAsync(int connections, TimeSpan time, Func<bool> goesOn)
    {
        using var patience = new CancellationTokenSource(time + _patience);
        while (_connections.Count < connections)
        {
            _connections.Add(await LoadConnection.OpenAsync(call.Url, patience.Token));
        }

        var began = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(_connections.Take(connections).Select(connection => Task.Run(() => CallAsync(connection, goesOn, patience.Token))));
        var elapsed = Stopwatch.GetElapsedTime(began);
        var all = new Histogram();
        foreach (var some in latencies)
        {
            all.Add(some);
        }

        return new(all.Count, elapsed, all);
    }

    private async Task<Histogram> CallAsync(LoadConnection connection, Func<bool> goesOn, CancellationToken cancellationToken)
    {
        var latencies = new Histogram();
        while (goesOn())
        {
            var began = Stopwatch.GetTimestamp();
            await call.SendAsync(connection, cancellationToken);
            latencies.Add(Stopwatch.GetTimestamp() - began);
        }

        return latencies;
    }
}

/// <summary>What came of a load.</summary>
internal sealed record LoadResult(long Calls, TimeSpan Elapsed, Histogram Latencies)
{
    public double PerSecond => Calls / Elapsed.TotalSeconds;
}
