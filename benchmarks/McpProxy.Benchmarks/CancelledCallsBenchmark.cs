using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace McpProxy.Benchmarks;

/// <summary>Ten thousand calls that are cancelled when the agent has begun to talk, and what is left of them.</summary>
internal static class CancelledCallsBenchmark
{
    private const int Calls = 10_000;
    private const int AtOnce = 100;

    public static async Task<Row> RunAsync()
    {
        await using var agents = await TalkingAgentServer.StartAsync();
        var active = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name is "mcpproxy.calls.active")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => Interlocked.Add(ref active, value));
        listener.Start();
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={agents.Url}", "MCP_MAX_CALLS_PER_SERVER=1000");

        await CancelAsync(proxy, 500);
        var before = await CountAsync();
        var failures = await CancelAsync(proxy, Calls);
        var after = await CountAsync();

        return new(
            $"{Calls} cancelled calls",
            $"before -> after: sockets {before.Sockets} -> {after.Sockets}, timers {before.Timers} -> {after.Timers}, "
            + $"threads {before.Threads} -> {after.Threads}, heap {before.Heap} -> {after.Heap} MB; "
            + $"calls the agents still work on: {agents.Open}, that the proxy counts as active: {active}; {failures} were not cancelled",
            failures is 0 && agents.Open is 0 && active is 0
            && after.Sockets <= before.Sockets + 5 && after.Timers <= before.Timers + 20 && after.Heap <= before.Heap + 10);
    }

    /// <returns>How many calls were not cancelled.</returns>
    private static async Task<int> CancelAsync(Proxy proxy, int calls)
    {
        var failures = 0;
        foreach (var revision in new[] { "2025-11-25", "2026-07-28" })
        {
            await using var client = await proxy.CreateClientAsync(revision);
            await Parallel.ForAsync(0, calls / 2, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
            {
                using var leaving = new CancellationTokenSource();
                var first = new LongCalls.FirstWords();
                var call = client.CallAgentAsync("server0:talk-600", i % 2 is 0 ? "stream" : "generate", first, leaving.Token).AsTask();
                await Task.WhenAny(first.Came, call);
                await leaving.CancelAsync();
                try
                {
                    await call;
                    Interlocked.Increment(ref failures);
                }
                catch (OperationCanceledException)
                {
                    // As it should be.
                }
            });
        }

        return failures;
    }

    /// <summary>Counts what there is in this process, client and proxy together, when it has come to rest.</summary>
    private static async Task<(int Sockets, long Timers, int Threads, long Heap)> CountAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(15));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var sockets = Directory.EnumerateFiles("/proc/self/fd")
            .Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) is true);

        return (sockets, Timer.ActiveCount, process.Threads.Count, GC.GetTotalMemory(forceFullCollection: true) / 1024 / 1024);
    }
}
