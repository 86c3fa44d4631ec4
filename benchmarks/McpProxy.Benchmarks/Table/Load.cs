using System.Diagnostics;

namespace McpProxy.Benchmarks.Table;

/// <summary>Sends one call again and again, and checks every answer.</summary>
internal sealed class Load(Call call)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    /// <summary>Each connection sends its next call when its last was answered.</summary>
    /// <param name="connections">How many.</param>
    /// <param name="time">For how long.</param>
    public Task<LoadResult> RunAsync(int connections, TimeSpan time) => RunAsync(connections, time, () =>
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);

        return () => new(Stopwatch.GetTimestamp() is var now && now < end ? now : null);
    });

    /// <param name="connections">How many.</param>
    /// <param name="calls">How many calls all of them send together.</param>
    public Task<LoadResult> RunAsync(int connections, int calls) => RunAsync(connections, TimeSpan.Zero, () =>
    {
        var sent = 0;

        return () => new(Interlocked.Increment(ref sent) <= calls ? Stopwatch.GetTimestamp() : null);
    });

    /// <summary>Calls begin at a fixed rate. A call that has to wait for a connection has begun when it should have.</summary>
    /// <param name="connections">How many calls there can be at the same time.</param>
    /// <param name="perSecond">The rate.</param>
    /// <param name="time">For how long.</param>
    public Task<LoadResult> RunAtRateAsync(int connections, int perSecond, TimeSpan time) => RunAsync(connections, time, () =>
    {
        var due = Pacer.Start(perSecond, time);

        return async () =>
        {
            while (await due.WaitToReadAsync())
            {
                if (due.TryRead(out var next))
                {
                    return next;
                }
            }

            return null;
        };
    });

    /// <param name="connections">How many.</param>
    /// <param name="time">How long it should take.</param>
    /// <param name="begin">Begins, once there are connections. What it returns waits for the next call and says when it began, if there is one.</param>
    private async Task<LoadResult> RunAsync(int connections, TimeSpan time, Func<Func<ValueTask<long?>>> begin)
    {
        using var patience = new CancellationTokenSource(time + _patience);
        var opened = new List<LoadConnection>();
        try
        {
            while (opened.Count < connections)
            {
                opened.Add(await LoadConnection.OpenAsync(call.Url, patience.Token));
            }

            var began = Stopwatch.GetTimestamp();
            var next = begin();
            var latencies = await Task.WhenAll(opened.Select(connection => Task.Run(() => CallAsync(connection, next, patience.Token))));
            var elapsed = Stopwatch.GetElapsedTime(began);
            var all = new Histogram();
            foreach (var some in latencies)
            {
                all.Add(some);
            }

            return new(all.Count, elapsed, all);
        }
        finally
        {
            opened.ForEach(connection => connection.Dispose());
        }
    }

    private async Task<Histogram> CallAsync(LoadConnection connection, Func<ValueTask<long?>> next, CancellationToken cancellationToken)
    {
        var latencies = new Histogram();
        while (await next() is { } began)
        {
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
