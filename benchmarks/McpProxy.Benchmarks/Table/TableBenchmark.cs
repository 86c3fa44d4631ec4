using System.Diagnostics;

namespace McpProxy.Benchmarks.Table;

/// <summary>What a call through the proxy costs, beside what it costs without.</summary>
internal sealed class TableBenchmark(TableOptions options, InstantAgentServer agents)
{
    private const string Direct = "no proxy";
    private const int Connections = 16;
    private const int WarmUpCalls = 20_000;

    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(string[] args)
    {
        if (TableOptions.Parse(args, out var mistake) is not { } options)
        {
            await Console.Error.WriteLineAsync(mistake);

            return 2;
        }

        Cores.UseOthers();
        await using var agents = await InstantAgentServer.StartAsync(options.StubPort, servers: 50);
        var table = new TableBenchmark(options, agents);
        var sections = new Dictionary<string, Func<Task>>
        {
            ["calls"] = table.MeasureCallsAsync,
        };
        foreach (var (_, measure) in sections.Where(section => options.Includes(section.Key)))
        {
            await measure();
        }

        Console.WriteLine(TableWriter.Markdown(table._figures.All));

        return 0;
    }

    private async Task MeasureCallsAsync()
    {
        var targets = new List<(string Name, MeasuredProxy? Proxy, Load Load)>();
        try
        {
            foreach (var build in options.Proxies)
            {
                var (proxy, connection) = await MeasuredProxy.StartAsync(build, agents.ServerUrl(0));
                connection.Dispose();
                targets.Add((build.Name, proxy, new(proxy.Endpoint.CallAgent($"server0:{InstantAgentServer.AgentId(0, 0)}"))));
            }

            targets.Add((Direct, null, new(agents.CallDirectly())));
            foreach (var target in targets)
            {
                await target.Load.RunAsync(Connections, WarmUpCalls);
                await target.Load.RunAsync(1, WarmUpCalls / 10);
            }

            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var (name, proxy, load) in targets)
                {
                    await MeasureAsync("callAgent, qualified id, c=16", name, proxy, () => load.RunAsync(Connections, options.Time));
                    await MeasureAsync("callAgent, qualified id, c=1", name, proxy, () => load.RunAsync(1, options.Time));
                }
            }
        }
        finally
        {
            foreach (var (_, proxy, load) in targets)
            {
                load.Dispose();
                await (proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }

    private async Task<LoadResult> MeasureAsync(string what, string target, MeasuredProxy? proxy, Func<Task<LoadResult>> run)
    {
        var before = proxy?.ProcessorTime;
        var result = await run();
        _figures.Add(what, "calls/s", target, result.PerSecond);
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999) })
        {
            _figures.Add(what, $"{name} ms", target, result.Latencies.Percentile(share));
        }

        if (proxy is not null)
        {
            _figures.Add(what, "CPU ms a call", target, (proxy.ProcessorTime - before!.Value).TotalMilliseconds / result.Calls);
        }

        return result;
    }
}
