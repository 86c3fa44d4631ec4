namespace McpProxy.Benchmarks.Chaos;

/// <summary>Kills, freezes and slows what the proxies need, and the proxies themselves, and makes each well again a little later.</summary>
internal sealed class Faults(IReadOnlyList<Replica> replicas, IReadOnlyList<CountedAgents> agents, RedisServer redis, SlowRelay redisRelay, Ledger ledger)
{
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(300);

    /// <summary>One replica is frozen only, so that what it holds in the end can be compared with what it held in the beginning.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(HurtReplicasAsync(stop), HurtOthersAsync(stop));

    private async Task HurtReplicasAsync(CancellationToken stop)
    {
        var random = new Random(1);
        while (await PauseAsync(random, 3, 8, stop))
        {
            var replica = replicas[random.Next(replicas.Count)];
            switch (replica == replicas[0] ? 0 : random.Next(4))
            {
                case 0:
                    ledger.Count("fault replica frozen");
                    await replica.FreezeAsync();
                    await PauseAsync(random, 1, 4, CancellationToken.None);
                    await replica.ThawAsync();
                    break;
                case 1:
                    ledger.Count("fault replica told to stop (SIGTERM)");
                    if (!await replica.StopAsync())
                    {
                        ledger.Report("A replica that was told to stop ended with a failure.");
                    }

                    await replica.StartAsync();
                    break;
                default:
                    ledger.Count("fault replica killed");
                    ledger.Killed.Add(replica.Endpoint!);
                    await replica.KillAsync();
                    await PauseAsync(random, 0, 3, CancellationToken.None);
                    await replica.StartAsync();
                    break;
            }
        }
    }

    private async Task HurtOthersAsync(CancellationToken stop)
    {
        var random = new Random(2);
        while (await PauseAsync(random, 1, 5, stop))
        {
            var server = agents[random.Next(agents.Count)];
            await (random.Next(6) switch
            {
                0 => HurtAsync("agent server killed", server.KillAsync, server.StartAgainAsync, random),
                1 => HurtAsync("agent server frozen", server.FreezeAsync, server.ThawAsync, random),
                2 => HurtAsync("agent server slow", () => Slow(server.Relay, _slow), () => Slow(server.Relay, TimeSpan.Zero), random),
                3 => HurtAsync("Redis killed", redis.KillAsync, redis.StartAgainAsync, random),
                4 => HurtAsync("Redis frozen", redis.FreezeAsync, redis.ThawAsync, random),
                _ => HurtAsync("Redis slow", () => Slow(redisRelay, _slow), () => Slow(redisRelay, TimeSpan.Zero), random),
            });
        }
    }

    private async Task HurtAsync(string what, Func<Task> fail, Func<Task> recover, Random random)
    {
        ledger.Count($"fault {what}");
        await fail();
        await PauseAsync(random, 1, 5, CancellationToken.None);
        await recover();
    }

    private static Task Slow(SlowRelay relay, TimeSpan delay)
    {
        relay.Delay = delay;

        return Task.CompletedTask;
    }

    /// <returns>Whether to go on.</returns>
    private static async Task<bool> PauseAsync(Random random, int least, int most, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(least + random.NextDouble() * (most - least)), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        return !stop.IsCancellationRequested;
    }
}
