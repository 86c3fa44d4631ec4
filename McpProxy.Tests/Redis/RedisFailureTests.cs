using McpProxy.Api.Errors;

namespace McpProxy.Tests.Redis;

/// <summary>
/// Everything that can go wrong with a Redis, tried on a real one: known servers can still be used, changes are refused with advice, and nothing
/// is lost or done twice.
/// </summary>
public sealed class RedisFailureTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task Starts_without_Redis_and_finds_it_once_it_is_there()
    {
        await using var server = RedisServer.Prepare();
        var backend = await _backends.RedisAsync(server);

        Assert.Empty(await backend.GetAllAsync(CancellationToken));
        Assert.Equal(
            "Nothing was changed. Redis can't be reached. Check that it runs, and what ConnectionStrings__redis says of its address and of TLS. "
            + "Then try again; servers that are connected can be used meanwhile.",
            await backend.RefusalAsync());
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);

        await server.StartAgainAsync();

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync()).Added);
    }

    [Fact]
    public async Task Loses_nothing_that_was_confirmed_when_Redis_is_killed_in_the_middle_and_comes_back()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var confirmed = new List<string>();
        var refusals = new List<string>();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; refusals.Count < 3; i++)
                {
                    try
                    {
                        confirmed.Add((await backend.AddAsync($"s{i}")).Server.Name);
                    }
                    catch (ProxyException exception)
                    {
                        refusals.Add(exception.Message);
                    }
                }
            },
            CancellationToken);
        await Wait.UntilAsync(() => confirmed.Count > 50);

        await server.KillAsync();
        await writing.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken);

        Assert.Equal(HealthStatus.Degraded, backend.State.Health);
        Assert.NotNull(backend.State.Age);
        Assert.Equal(confirmed.Order(StringComparer.Ordinal), (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
        Assert.All(refusals, refusal => Assert.Matches("^(Nothing was changed|It is not known whether the change was made)\\. .*Redis", refusal));

        await server.StartAgainAsync();
        await backend.HealthyAsync();

        var stored = await server.AssertConsistentAsync();
        Assert.Superset(confirmed.ToHashSet(), stored.Keys.ToHashSet());
        Assert.InRange(stored.Count - confirmed.Count, 0, 1);
        Assert.Equal(stored.Keys.Order(StringComparer.Ordinal), (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
    }

    [Fact]
    public async Task Goes_on_with_what_it_knows_while_Redis_is_frozen()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.FreezeAsync();
        try
        {
            Assert.Equal([weather], await backend.GetAllAsync(CancellationToken));
            Assert.Equal(
                "It is not known whether the change was made. Redis did not answer within 2 seconds. Call listAgents to see, or repeat it: that is safe.",
                await backend.RefusalAsync("first"));
            Assert.Equal(HealthStatus.Degraded, backend.State.Health);
            Assert.StartsWith("Nothing was changed. Redis did not answer within 2 seconds.", await backend.RefusalAsync("second"), StringComparison.Ordinal);
            Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        }
        finally
        {
            await server.ThawAsync();
        }

        await backend.HealthyAsync();
        Assert.False((await server.AssertConsistentAsync()).ContainsKey("second"));
        Assert.Equal(
            (await server.HashAsync("all")).Keys.Order(StringComparer.Ordinal),
            (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
    }

    [Fact]
    public async Task Reads_a_replica_and_says_that_it_takes_no_writes()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.StartsWith(
            "Nothing was changed. Redis is a read-only replica. Set ConnectionStrings__redis to the primary. Then try again;",
            await backend.RefusalAsync("other"),
            StringComparison.Ordinal);
        Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);

        await server.ExecuteAsync("REPLICAOF", "NO", "ONE");

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync("other")).Added);
    }

    [Fact]
    public async Task Keeps_what_it_knows_when_a_replica_has_lost_its_primary()
    {
        var server = await _backends.ServerAsync("--replica-serve-stale-data", "no");
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.Contains("is a replica that has lost its primary", await backend.RefusalAsync("other"), StringComparison.Ordinal);
        Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);
    }

    [Fact]
    public async Task Removes_but_does_not_add_when_memory_has_run_out()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        await backend.AddAsync("first");
        var (second, _) = await backend.AddAsync("second");

        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.Contains("Redis has used up its memory (maxmemory)", await backend.RefusalAsync("third"), StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);
        Assert.True(await backend.RemoveAsync("first", CancellationToken));
        Assert.Equal([second], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(["second"], (await server.AssertConsistentAsync()).Keys);

        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync("third")).Added);
    }

    [Fact]
    public async Task Names_the_prefix_that_a_cluster_needs_and_works_with_it()
    {
        var server = await _backends.ServerAsync("--cluster-enabled", "yes");
        await server.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Wait.UntilAsync(async () => (await server.ExecuteAsync("CLUSTER", "INFO"))!.ToString()!.Contains("cluster_state:ok", StringComparison.Ordinal));
        var backend = await _backends.RedisAsync(server);
        var tagged = await _backends.RedisAsync(server, settings: "--MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers:");

        await Wait.UntilAsync(() => backend.State.Health is HealthStatus.Unhealthy);
        Assert.Equal(
            "Nothing was changed. Redis is a cluster, which needs a hash tag in the names of the keys. "
            + "Set MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers: on every replica. Until then trying again won't help.",
            await backend.RefusalAsync());
        Assert.True((await tagged.AddAsync()).Added);
        Assert.Single(await tagged.RefreshAsync(CancellationToken));
    }
}
