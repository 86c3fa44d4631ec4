using System.Collections.Concurrent;

namespace McpProxy.Benchmarks;

/// <summary>
/// Calls of every kind against one process, sessions and clients that leave too early included. What the process holds is looked at ten times, while nobody
/// calls: after the first tenths, which it takes to become warm, it must not grow.
/// </summary>
internal static class SoakBenchmark
{
    private const int AtOnce = 32;
    private const int Looks = 10;
    private const int WarmLooks = 4;
    private const double MaxGrowth = 1.1;
    private const int MaxMegabytes = 10;
    private const int MaxHandles = 20;
    private const int MaxThreads = 10;

    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Row>> RunAsync(int calls)
    {
        await using var agents = new SampleAgentServerFixture();
        await agents.InitializeAsync();
        await using var proxy = await StartedProxy.StartAsync(
            $"AGENT_SERVERS={string.Join(' ', SoakLoad.Servers.Select(type => $"{type}={type}+{new Uri(agents.Client.BaseAddress!, type)}"))}",
            "MCP_SESSIONS=true",
            "MCP_RUN_EXPIRY_SECONDS=60",
            "MCP_MAX_CALLS_PER_SERVER=1000",
            "Logging__LogLevel__Default=Error");
        var rows = new List<Row>();
        var (looks, wrong, load) = (new List<Footprint>(), new ConcurrentQueue<string>(), new SoakLoad(proxy.Endpoint));
        using (load)
        {
            for (var look = 1; look <= Looks; look++)
            {
                var first = (look - 1) * (calls / Looks);
                await Parallel.ForAsync(first, look * (calls / Looks), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (call, _) =>
                {
                    if (await load.CallAsync(call) is { } problem)
                    {
                        wrong.Enqueue(problem);
                    }
                });
                await Task.Delay(_rest);
                looks.Add(Footprint.Of(proxy.Program));
                rows.Add(new($"after {look * (calls / Looks)} calls", $"{looks[^1]}", true));
            }
        }

        var errors = SevereLog.In(proxy.Program);
        rows.Add(new("calls that ended in another way than they should", $"{wrong.Count}{Examples(wrong)}", wrong.IsEmpty));
        rows.Add(new("errors in its log", $"{errors.Count}{Examples(errors)}", errors is []));
        rows.Add(Judge(looks));

        return rows;
    }

    /// <summary>Compares the most of the last five looks with the most of the three when it has just become warm.</summary>
    private static Row Judge(IReadOnlyList<Footprint> looks)
    {
        var (warm, late) = (Most(looks.Take(WarmLooks).Skip(1)), Most(looks.TakeLast(Looks / 2)));

        return new(
            "grows no more once it is warm: most of the second to fourth look -> most of the last five",
            $"{warm} -> {late}",
            late.Megabytes <= warm.Megabytes * MaxGrowth + MaxMegabytes
            && late.Handles <= warm.Handles + MaxHandles
            && late.Threads <= warm.Threads + MaxThreads);
    }

    private static Footprint Most(IEnumerable<Footprint> looks)
    {
        var some = looks.ToList();

        return new(some.Max(look => look.Megabytes), some.Max(look => look.Handles), some.Max(look => look.Threads));
    }

    private static string Examples(IEnumerable<string> all) => string.Concat(all.Take(3).Select(one => $"; {one}"));
}
