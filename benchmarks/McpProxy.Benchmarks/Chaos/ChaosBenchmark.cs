using System.Diagnostics;

namespace McpProxy.Benchmarks.Chaos;

/// <summary>
/// Three replicas on one Redis are called while they, Redis and the agent servers are killed, frozen and slowed. In the end, when all is well again,
/// everything is looked for that was acknowledged.
/// </summary>
internal static class ChaosBenchmark
{
    private const string Healthy = "healthy";

    private static readonly string[] _calls = ["generate", "stream", "background", "getAgentRun", "cancelAgentRun", "connectServer", "disconnectServer"];
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Row>> RunAsync(TimeSpan time)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var redisRelay = new SlowRelay(new($"redis://{redis.Address}"));
        await using var agents0 = await CountedAgents.StartAsync();
        await using var agents1 = await CountedAgents.StartAsync();
        string[] settings =
        [
            "MCP_CONNECTION_BACKEND=redis",
            $"ConnectionStrings__redis=127.0.0.1:{redisRelay.Url.Port}",
            $"AGENT_SERVERS={Servers(0, agents0)} {Servers(1, agents1)}",
            "MCP_CALL_TIMEOUT_SECONDS=60",
            "MCP_RUN_TIMEOUT_SECONDS=60",
            "MCP_CIRCUIT_BREAK_SECONDS=1",
            "Logging__LogLevel__Default=Error",
        ];
        await using var steady = new Replica(settings);
        await using var second = new Replica(settings);
        await using var third = new Replica(settings);
        Replica[] replicas = [steady, second, third];
        await Task.WhenAll(replicas.Select(replica => replica.StartAsync()));

        var ledger = new Ledger();
        using (var load = new ChaosLoad(replicas, ledger))
        {
            await load.WarmAsync(steady);
        }

        var before = steady.Measure();
        var rows = new List<Row>();
        using (var load = new ChaosLoad(replicas, ledger))
        {
            using (var stop = new CancellationTokenSource(time))
            {
                await Task.WhenAll(load.RunAsync(stop.Token), new Faults(replicas, [agents0, agents1], redis, redisRelay, ledger).RunAsync(stop.Token));
            }

            rows.Add(new("what was done to them", ledger.Counts("fault"), true));
            rows.AddRange(_calls.Select(what => new Row(
                $"calls: {what}", ledger.Counts(what), ledger.Counts(what).Contains(" well", StringComparison.Ordinal))));
            rows.Add(await BecomeWellAsync(replicas));
            await load.SettleAsync();
            rows.AddRange(Promised(ledger));
            rows.Add(await ConnectionsAsync(load, replicas, ledger, redis));
        }

        rows.Add(Sent(ledger, [.. await agents0.CallsAsync(), .. await agents1.CallsAsync()]));
        rows.Add(await RestAsync(steady, before));
        var errors = replicas.SelectMany(replica => replica.Errors).ToList();
        rows.Add(new("errors in the logs", $"{errors.Count}{Examples(errors)}", errors is []));

        return rows;
    }

    private static string Servers(int number, CountedAgents agents)
        => $"mastra{number}=mastra+{new Uri(agents.Relay.Url, "/mastra")} langgraph{number}=langgraph+{new Uri(agents.Relay.Url, "/langgraph")}";

    private static async Task<Row> BecomeWellAsync(IReadOnlyList<Replica> replicas)
    {
        var began = Stopwatch.GetTimestamp();
        string[] health;
        while ((health = await Task.WhenAll(replicas.Select(replica => replica.HealthAsync()))).Any(said => said is not Healthy)
            && Stopwatch.GetElapsedTime(began) < _patience)
        {
            await Task.Delay(100);
        }

        return new(
            "how the replicas are",
            $"{string.Join(", ", health)} after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s",
            health.All(said => said is Healthy));
    }

    private static IEnumerable<Row> Promised(Ledger ledger)
    {
        var ends = ledger.Runs.Values.GroupBy(run => run.Status ?? "unknown").OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}");
        yield return new("runs that were accepted", $"{ledger.Runs.Count}: {string.Join(", ", ends)}", ledger.Runs.Values.All(run => run.Status is not null));
        yield return new("answers that were lost with a killed replica while Redis was away", $"{ledger.LostWithTheirReplica}", true);
        yield return new("answers and runs that are not as was acknowledged", $"{ledger.Wrong.Count}{Examples(ledger.Wrong)}", ledger.Wrong is []);
    }

    /// <summary>On every replica each server is there once that should be, and none that should not.</summary>
    private static async Task<Row> ConnectionsAsync(ChaosLoad load, IReadOnlyList<Replica> replicas, Ledger ledger, RedisServer redis)
    {
        var wrong = new List<string>();
        foreach (var replica in replicas)
        {
            var known = await load.ServersAsync(replica);
            wrong.AddRange(known.GroupBy(server => server.Url).Where(same => same.Count() > 1).Select(same => $"{same.Key} is there twice"));
            foreach (var (name, connection) in ledger.Connections)
            {
                var isThere = known.Contains((name, connection.Url));
                if ((connection.IsConnected ?? isThere) != isThere)
                {
                    wrong.Add($"{name} {(isThere ? "is still there" : "is lost")}");
                }
            }
        }

        try
        {
            await redis.AssertConsistentAsync();
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            wrong.Add($"Redis: {exception.Message.ReplaceLineEndings(" ")}");
        }

        var states = ledger.Connections.Values.GroupBy(
            connection => connection.IsConnected switch { true => "connected", false => "disconnected", _ => "either" });

        return new(
            $"{ledger.Connections.Count} servers that are lost, double or still there",
            $"{wrong.Count}{Examples(wrong)} ({string.Join(", ", states.Select(state => $"{state.Count()} {state.Key}"))})",
            wrong is []);
    }

    private static Row Sent(Ledger ledger, IReadOnlyList<string> calls)
    {
        var twice = calls.GroupBy(call => call).Count(same => same.Count() > 1);
        var sent = ledger.Unsent.Intersect(calls).Count();

        return new(
            $"{calls.Distinct().Count()} calls that reached an agent",
            $"{twice} reached it more than once; {sent} of {ledger.Unsent.Count} reached it although nothing was sent",
            twice + sent is 0);
    }

    /// <summary>Connections that are not used are closed after a minute.</summary>
    private static async Task<Row> RestAsync(Replica steady, Footprint before)
    {
        var began = Stopwatch.GetTimestamp();
        var after = steady.Measure();
        while (!IsBack(after, before) && Stopwatch.GetElapsedTime(began) < _patience)
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            after = steady.Measure();
        }

        return new("the replica that was never ended: before -> after", $"{before} -> {after}", IsBack(after, before));
    }

    private static bool IsBack(Footprint after, Footprint before)
        => after.Handles <= before.Handles + 10 && after.Threads <= before.Threads + 10 && after.Megabytes <= before.Megabytes + 80;

    private static string Examples(IReadOnlyList<string> all) => all is [] ? "" : $": {string.Join("; ", all.Take(5))}";
}
