namespace McpProxy.Benchmarks.Table;

/// <summary>What a call through the proxy costs, beside what it costs without.</summary>
internal sealed class TableBenchmark(TableOptions options, InstantAgentServer agents)
{
    private const string Direct = "no proxy";
    private const int AtOnce = 16;
    private const int AtOnceAtRate = 64;
    private const int Starts = 7;

    private readonly Figures _figures = new();

    private static string FirstAgent => QualifiedId(0);

    public static async Task<int> RunAsync(string[] args)
    {
        if (TableOptions.Parse(args, out var mistake) is not { } options)
        {
            await Console.Error.WriteLineAsync(mistake);

            return 2;
        }

        var machine = Machine.Current();
        Cores.UseOthers();
        await using var agents = await InstantAgentServer.StartAsync(options.StubPort, servers: 50);
        var table = new TableBenchmark(options, agents);
        var parts = new Dictionary<string, Func<Task>>
        {
            ["calls"] = table.MeasureCallsAsync,
            ["first"] = table.MeasureFirstCallsAsync,
            ["plain"] = table.MeasurePlainIdsAsync,
            ["list"] = table.MeasureListsAsync,
            ["start"] = table.MeasureStartsAsync,
            ["bytes"] = table.CountBytesAsync,
        };
        if (options.Only.FirstOrDefault(part => !parts.ContainsKey(part)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"The table has no part '{unknown}'. It has: {string.Join(", ", parts.Keys)}.");

            return 2;
        }

        foreach (var (part, measure) in parts.Where(part => options.Includes(part.Key)))
        {
            await Console.Error.WriteLineAsync($"Measuring {part} ...");
            await measure();
        }

        await TableWriter.WriteAsync(machine, options, table._figures.All);

        return 0;
    }

    /// <summary>Calls of one agent, as many at the same time as a busy client sends, and one after the other.</summary>
    private async Task MeasureCallsAsync()
    {
        await using var proxies = await StartAsync(agents.ServerUrls(1));
        var targets = proxies.Select(proxy => (proxy.Name, Proxy: (MeasuredProxy?)proxy, Load: new Load(proxy.Endpoint.CallAgent(FirstAgent)))).ToList();
        foreach (var (url, name) in options.Peers)
        {
            var endpoint = await McpEndpoint.ConnectAsync(url, CancellationToken.None);
            targets.Add((name, null, new(endpoint.CallAgent(FirstAgent))));
        }

        targets.Add((Direct, null, new(agents.CallDirectly())));
        foreach (var (_, proxy, load) in targets)
        {
            await WarmUpAsync(proxy, load);
        }

        await InRoundsAsync(targets, async target =>
        {
            var (name, proxy, load) = target;
            await MeasureAsync("callAgent, qualified id, c=16", name, proxy, () => load.RunAsync(AtOnce, options.Time));
            await MeasureAsync("callAgent, qualified id, c=1", name, proxy, () => load.RunAsync(1, options.Time));
            if (options.Rate > 0)
            {
                await MeasureAsync(
                    $"callAgent, qualified id, {options.Rate} calls begin a second", name, proxy,
                    () => load.RunAtRateAsync(AtOnceAtRate, options.Rate, options.Time));
            }
        });
    }

    /// <summary>What the proxy does until it is warm, and how much memory that takes.</summary>
    private Task MeasureFirstCallsAsync() => InRoundsAsync(options.Proxies, async build =>
    {
        await using var proxy = await MeasuredProxy.StartAsync(build, agents.ServerUrls(1));
        await Task.Delay(TimeSpan.FromSeconds(2));
        _figures.Add("memory, idle", "MB", build.Name, proxy.Megabytes);
        var load = new Load(proxy.Endpoint.CallAgent(FirstAgent));
        for (var thousand = 1; thousand <= 10; thousand++)
        {
            var result = await load.RunAsync(AtOnce, 1000);
            _figures.Add($"callAgent, c=16, thousand {thousand} after the start", "calls/s", build.Name, result.PerSecond);
        }

        await load.RunAsync(AtOnce, 6000);
        _figures.Add("memory, after 16,000 calls", "MB", build.Name, proxy.Megabytes);
    });

    /// <summary>Ids that do not name their server.</summary>
    private async Task MeasurePlainIdsAsync()
    {
        foreach (var servers in new[] { 10, 50 })
        {
            await using var proxies = await StartAsync(agents.ServerUrls(servers));
            var targets = proxies
                .Select(proxy => (
                    Proxy: proxy,
                    Qualified: new Load(proxy.Endpoint.CallAgent(QualifiedId(servers / 2))),
                    Plain: new Load(proxy.Endpoint.CallAgent(InstantAgentServer.AgentId(servers / 2)))))
                .ToList();
            foreach (var (proxy, qualified, plain) in targets)
            {
                await WarmUpAsync(proxy, qualified);
                await WarmUpAsync(proxy, plain);
            }

            await InRoundsAsync(targets, async target =>
            {
                var (proxy, qualified, plain) = target;
                var fast = await MeasureAsync(
                    $"callAgent, qualified id, {servers} servers, c=16", proxy.Name, proxy, () => qualified.RunAsync(AtOnce, options.Time));
                var what = $"callAgent, plain id, {servers} servers, c=16";
                var slow = await MeasureAsync(what, proxy.Name, proxy, () => plain.RunAsync(AtOnce, options.Time));
                _figures.Add(what, "of the calls/s with qualified ids", proxy.Name, slow.PerSecond / fast.PerSecond);
            });
        }
    }

    /// <summary>Lists of ten servers, of which one may be in trouble.</summary>
    private async Task MeasureListsAsync()
    {
        await using var silent = new SilentServer();
        var healthy = agents.ServerUrls(9).ToList();
        foreach (var (trouble, tenth) in new[]
        {
            ("", agents.ServerUrls(10).Last()),
            (", one of them down", new Uri(FreePort.Url())),
            (", one of them hanging", silent.Url),
        })
        {
            await using var proxies = await StartAsync([.. healthy, tenth]);
            var targets = proxies.Select(proxy => (Proxy: proxy, Load: new Load(proxy.Endpoint.ListAgents(QualifiedId(8))))).ToList();
            foreach (var (_, load) in targets)
            {
                await load.RunAsync(1, options.Time * 3);
            }

            await InRoundsAsync(targets, target => MeasureAsync(
                $"listAgents, 10 servers{trouble}, c=1", target.Proxy.Name, target.Proxy, () => target.Load.RunAsync(1, options.Time)));
        }
    }

    /// <summary>How long a client waits for its first answers.</summary>
    private async Task MeasureStartsAsync()
    {
        for (var start = 0; start < Starts; start++)
        {
            foreach (var build in options.Proxies)
            {
                await using (var proxy = await MeasuredProxy.StartAsync(build, agents.ServerUrls(1)))
                {
                    using var connection = await LoadConnection.OpenAsync(proxy.Url, CancellationToken.None);
                    await McpEndpoint.Legacy(proxy.Url).Initialize().SendAsync(connection, CancellationToken.None);
                    _figures.Add("start to initialize answered, HTTP", "ms", build.Name, proxy.Age.TotalMilliseconds);
                    await McpEndpoint.Legacy(proxy.Url).CallAgent(FirstAgent).SendAsync(connection, CancellationToken.None);
                    _figures.Add("start to first callAgent answered, HTTP", "ms", build.Name, proxy.Age.TotalMilliseconds);
                }

                var (initialized, called) = await StdioProxy.StartAsync(build, agents.ServerUrls(1).First(), FirstAgent);
                _figures.Add("start to initialize answered, stdio", "ms", build.Name, initialized.TotalMilliseconds);
                _figures.Add("start to first callAgent answered, stdio", "ms", build.Name, called.TotalMilliseconds);
            }
        }
    }

    /// <summary>What a call costs on the wire, once the server is known.</summary>
    private async Task CountBytesAsync()
    {
        const int Calls = 100;
        foreach (var build in options.Proxies)
        {
            await using var counter = new ByteCounter(agents.ServerUrls(1).First());
            await using var proxy = await MeasuredProxy.StartAsync(build, [counter.Url]);
            using var connection = await LoadConnection.OpenAsync(proxy.Url, CancellationToken.None);
            var call = proxy.Endpoint.CallAgent(FirstAgent);
            await call.SendAsync(connection, CancellationToken.None);
            var (asked, answered, requests, received) = (counter.Asked, counter.Answered, agents.Requests, 0L);
            for (var i = 0; i < Calls; i++)
            {
                await call.SendAsync(connection, CancellationToken.None);
                received += connection.ReceivedBytes;
            }

            Add("client to proxy", "bytes", call.Request.Length * Calls);
            Add("proxy to client", "bytes", received);
            Add("proxy to agent server", "bytes", counter.Asked - asked);
            Add("agent server to proxy", "bytes", counter.Answered - answered);
            Add("requests to agent servers", "", agents.Requests - requests);

            void Add(string what, string unit, long sum) => _figures.Add($"callAgent, {what}", unit, build.Name, (double)sum / Calls);
        }
    }

    private static string QualifiedId(int server) => $"server{server}:{InstantAgentServer.AgentId(server)}";

    private async Task<MeasuredProxies> StartAsync(IEnumerable<Uri> servers)
    {
        var started = new MeasuredProxies();
        foreach (var build in options.Proxies)
        {
            started.Add(await MeasuredProxy.StartAsync(build, servers));
        }

        return started;
    }

    private async Task InRoundsAsync<T>(IReadOnlyList<T> targets, Func<T, Task> measure)
    {
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var target in targets)
            {
                await measure(target);
            }
        }
    }

    /// <summary>Calls until that gets no cheaper: what compiles the hot code again competes with the calls for the proxy's core.</summary>
    private static async Task WarmUpAsync(MeasuredProxy? proxy, Load load)
    {
        const int AtLeast = 30_000;
        const int Patience = 3;
        const int MostTurns = 60;
        var time = TimeSpan.FromSeconds(2);
        var (calls, best, vain) = (0L, double.MaxValue, 0);
        for (var turn = 0; turn < MostTurns && (calls < AtLeast || vain < Patience); turn++)
        {
            var before = proxy?.ProcessorTime;
            var result = await load.RunAsync(AtOnce, time);
            var cost = (proxy is null ? result.Elapsed : proxy.ProcessorTime - before!.Value).TotalSeconds / result.Calls;
            calls += result.Calls;
            vain = cost > best * 0.97 ? vain + 1 : 0;
            best = Math.Min(best, cost);
        }

        await load.RunAsync(1, time);
    }

    private async Task<LoadResult> MeasureAsync(string what, string target, MeasuredProxy? proxy, Func<Task<LoadResult>> run)
    {
        var before = proxy?.ProcessorTime;
        var result = await run();
        _figures.Add(what, "calls/s", target, result.PerSecond);
        if (proxy is not null)
        {
            _figures.Add(what, "CPU ms a call", target, (proxy.ProcessorTime - before!.Value).TotalMilliseconds / result.Calls);
        }

        _figures.Add(what, "p50 ms", target, result.Latencies.Percentile(0.5));
        foreach (var (name, share) in new[] { ("p99", 0.99), ("p99.9", 0.999) })
        {
            // Fewer calls than ten beyond it tell nothing.
            if (result.Calls * (1 - share) >= 10)
            {
                _figures.Add(what, $"{name} ms", target, result.Latencies.Percentile(share));
            }
        }

        return result;
    }

    /// <summary>They end together.</summary>
    private sealed class MeasuredProxies : List<MeasuredProxy>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var proxy in this)
            {
                await proxy.DisposeAsync();
            }
        }
    }
}
