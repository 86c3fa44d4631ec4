using McpProxy.Api.Connections;
using McpProxy.Tests.Infrastructure;

namespace McpProxy.Tests.Connections;

/// <summary>Everything that can go wrong with a Redis, with a real one: what is known can be used, changes are refused with what to do, and nothing is lost or there twice.</summary>
public sealed class RedisFailureTests : IAsyncDisposable
{
    private readonly Backends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task Starts_without_Redis_and_finds_it_once_it_is_there()
    {
        await using var server = RedisServer.Prepare();
        var backend = await _backends.RedisAsync(server);

        Assert.Empty(await backend.GetAllAsync(CancellationToken));
        Assert.Equal(
            "Nothing was changed. Redis can't be reached. Check that it runs, and what ConnectionStrings__redis says of its address and of TLS. Then try again; servers that are connected can be used meanwhile.",
            await backend.RefusalAsync());
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);

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
                    catch (ConnectionException exception)
                    {
                        refusals.Add(exception.Message);
                    }
                }
            },
            CancellationToken);
        await Wait.UntilAsync(() => confirmed.Count > 50);

        await server.KillAsync();
        await writing.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken);

        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
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
            Assert.Equal(BackendHealth.Degraded, backend.State.Health);
            Assert.StartsWith("Nothing was changed. Redis did not answer within 2 seconds.", await backend.RefusalAsync("second"), StringComparison.Ordinal);
            Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        }
        finally
        {
            await server.ThawAsync();
        }

        await backend.HealthyAsync();
        Assert.False((await server.AssertConsistentAsync()).ContainsKey("second"));
        Assert.Equal((await server.HashAsync("all")).Keys.Order(StringComparer.Ordinal), (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
    }

    [Theory]
    [InlineData(",password=wrong")]
    [InlineData("")]
    public async Task Says_that_the_password_is_wrong(string password)
    {
        var server = await _backends.ServerAsync("--requirepass", "right");
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={server.Address}{password}");

        Assert.Matches("^Nothing was changed\\. Redis refuses the credentials.*ConnectionStrings__redis.* Until then trying again won't help\\.$", await backend.RefusalAsync());
        Assert.Equal(BackendHealth.Unhealthy, backend.State.Health);
        Assert.Empty(await backend.GetAllAsync(CancellationToken));
    }

    [Theory]
    [InlineData("redis://:p,w=1@{0}")]
    [InlineData("redis://default:p%2Cw%3D1@{0}/0")]
    public async Task Takes_a_url_and_a_password_with_any_character(string url)
    {
        var server = await _backends.ServerAsync("--requirepass", "p,w=1");
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={url.Replace("{0}", server.Address, StringComparison.Ordinal)}");

        Assert.True((await backend.AddAsync()).Added);
    }

    [Fact]
    public async Task Says_that_TLS_is_wanted_where_there_is_none()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis=rediss://{server.Address}");

        Assert.Contains("ConnectionStrings__redis", await backend.RefusalAsync(), StringComparison.Ordinal);
        Assert.NotEqual(BackendHealth.Healthy, backend.State.Health);
    }

    [Fact]
    public async Task Reads_a_replica_and_says_that_it_takes_no_writes()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.StartsWith(
            "Nothing was changed. Redis is a read-only replica. Set ConnectionStrings__redis to the primary. Then try again;", await backend.RefusalAsync("other"), StringComparison.Ordinal);
        Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);

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
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
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
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
        Assert.True(await backend.RemoveAsync("first", CancellationToken));
        Assert.Equal([second], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(["second"], (await server.AssertConsistentAsync()).Keys);

        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync("third")).Added);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("urlmap")]
    [InlineData("details")]
    public async Task Leaves_keys_alone_that_hold_something_else(string key)
    {
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync("SET", StoredConnections.Prefix + key, "mine");
        var backend = await _backends.RedisAsync(server);

        Assert.Equal(
            "Nothing was changed. Somebody else's data is under the keys of the proxy. Set MCP_REDIS_KEY_PREFIX to a prefix that nobody uses. Until then trying again won't help.",
            await backend.RefusalAsync());
        Assert.Equal(BackendHealth.Unhealthy, backend.State.Health);
        Assert.Equal("mine", await server.ExecuteAsync("GET", StoredConnections.Prefix + key));

        await server.ExecuteAsync("DEL", StoredConnections.Prefix + key);

        await backend.HealthyAsync();
    }

    [Fact]
    public async Task Follows_Redis_when_everything_was_deleted_and_says_so()
    {
        var log = new LogLines();
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server, log: log);
        await backend.AddAsync();

        await server.ExecuteAsync("FLUSHALL");

        Assert.Empty(await backend.RefreshAsync(CancellationToken));
        Assert.Equal((BackendHealth.Degraded, "The connections are gone: somebody or something deleted them. Connect the servers again."), (backend.State.Health, backend.State.Problem));
        Assert.Single(log.Containing("Error: The connections in redis are gone"));
        Assert.True((await backend.AddAsync()).Added);
        await backend.HealthyAsync();
    }

    [Fact]
    public async Task Names_the_prefix_that_a_cluster_needs_and_works_with_it()
    {
        var server = await _backends.ServerAsync("--cluster-enabled", "yes");
        await server.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Wait.UntilAsync(async () => (await server.ExecuteAsync("CLUSTER", "INFO"))!.ToString()!.Contains("cluster_state:ok", StringComparison.Ordinal));
        var backend = await _backends.RedisAsync(server);
        var tagged = await _backends.RedisAsync(server, settings: "--MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers:");

        Assert.Equal(
            "Nothing was changed. Redis is a cluster, which needs a hash tag in the names of the keys. Set MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers: on every replica. Until then trying again won't help.",
            await backend.RefusalAsync());
        Assert.Equal(BackendHealth.Unhealthy, backend.State.Health);
        Assert.True((await tagged.AddAsync()).Added);
        Assert.Single(await tagged.RefreshAsync(CancellationToken));
    }

    [Fact]
    public async Task Leaves_out_what_no_server_can_be_and_says_so_once()
    {
        var log = new LogLines();
        var server = await _backends.ServerAsync();
        foreach (var (name, url) in new[]
        {
            ("good", "http://good:4111/"), ("bad-url", "not a url"), ("a b", "http://spaced"), ("123", "http://number"), ("server1", "http://reserved"),
            ("metadata", "http://169.254.169.254/latest"), ("user", "http://me:secret@host"), ("\u001b[31m", "http://escape"), ("", ""),
        })
        {
            await server.WriteAsync(name, url);
        }

        await server.ExecuteAsync("HSET", $"{StoredConnections.Prefix}details", "http://good:4111", "{not json");
        var backend = await _backends.RedisAsync(server, log: log);

        Assert.Equal("good", Assert.Single(await backend.RefreshAsync(CancellationToken)).Name);
        Assert.Equal(BackendHealth.Healthy, backend.State.Health);
        Assert.Equal(8, log.Containing("is left out").Count);
        Assert.Empty(log.Containing("secret"));
        Assert.Empty(log.Containing("\u001b"));
        Assert.True((await backend.AddAsync("server7", "http://reserved")).Added);
        Assert.Contains("'server1'", log.Containing("AGENT_SERVERS has that name").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warns_of_a_Redis_that_may_evict_connections()
    {
        var log = new LogLines();
        await _backends.RedisAsync(await _backends.ServerAsync("--maxmemory-policy", "allkeys-lru"), log: log);

        Assert.Contains("allkeys-lru", Assert.Single(log.Containing("maxmemory-policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mends_what_a_writer_left_half_done()
    {
        var log = new LogLines();
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync("HSET", $"{StoredConnections.Prefix}all", "unmapped", "http://unmapped");
        await server.ExecuteAsync("HSET", $"{StoredConnections.Prefix}urlmap", "http://orphan", "gone");
        var backend = await _backends.RedisAsync(server, log: log);

        Assert.Equal(["unmapped"], (await server.AssertConsistentAsync()).Keys);
        Assert.Single(log.Containing("Mended 2 connections"));
        Assert.Equal(("free", true), await backend.AddAsync("free", "http://orphan") is var (added, isNew) ? (added.Name, isNew) : default);
    }
}
