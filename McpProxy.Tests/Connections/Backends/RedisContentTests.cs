namespace McpProxy.Tests.Connections.Backends;

/// <summary>What others may have written to Redis, or deleted from it.</summary>
public sealed class RedisContentTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Theory]
    [InlineData("all")]
    [InlineData("urlmap")]
    [InlineData("details")]
    public async Task Leaves_the_data_of_others_under_its_keys_alone(string key)
    {
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync("SET", StoredConnections.Prefix + key, "mine");
        var backend = await _backends.RedisAsync(server);

        Assert.Equal(
            "Nothing was changed. Somebody else's data is under the keys of the proxy. Set MCP_REDIS_KEY_PREFIX to a prefix that nobody uses. "
            + "Until then trying again won't help.",
            await backend.RefusalAsync());
        Assert.Equal(HealthStatus.Unhealthy, backend.State.Health);
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
        Assert.Equal(
            (HealthStatus.Degraded, "The connections are gone: somebody or something deleted them. Connect the servers again."),
            (backend.State.Health, backend.State.Problem));
        Assert.Single(log.Containing("Error: The connections in redis are gone"));
        Assert.True((await backend.AddAsync()).Added);
        await backend.HealthyAsync();
    }

    [Fact]
    public async Task Leaves_out_entries_that_can_not_be_servers_and_says_so_once()
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
        Assert.Equal(HealthStatus.Healthy, backend.State.Health);
        Assert.StartsWith(
            $"Warning: 8 connections in {StoredConnections.Prefix}all are left out. New among them: '",
            Assert.Single(log.Containing("left out")),
            StringComparison.Ordinal);
        Assert.Empty(log.Containing("secret"));
        Assert.Empty(log.Containing("\u001b"));
        Assert.True((await backend.AddAsync("server7", "http://reserved")).Added);
    }

    [Fact]
    public async Task Leaves_out_thousands_of_bad_entries_with_one_log_line_and_does_not_count_them_as_connections()
    {
        var log = new LogLines();
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync(
            "EVAL", "for i = 1, 20000 do redis.call('HSET', KEYS[1], 'bad' .. i, 'http://169.254.169.254/' .. i) end", "1", $"{StoredConnections.Prefix}all");
        var backend = await _backends.RedisAsync(server, log: log, settings: "--MCP_MAX_CONNECTIONS=1");

        Assert.True((await backend.AddAsync("mine", "http://mine")).Added);
        Assert.Contains("MCP_MAX_CONNECTIONS allows no more", await backend.RefusalAsync(), StringComparison.Ordinal);
        Assert.Equal("mine", Assert.Single(await backend.RefreshAsync(CancellationToken)).Name);
        Assert.Contains("20000 connections", Assert.Single(log.Containing("left out")), StringComparison.Ordinal);

        await server.WriteAsync("123", "http://number");
        await Wait.UntilAsync(async () => (await backend.RefreshAsync(CancellationToken), log.Containing("20001 connections").Count).Count > 0);

        Assert.Contains("'123'", Assert.Single(log.Containing("20001 connections")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warns_of_a_Redis_that_may_evict_connections()
    {
        var log = new LogLines();
        await _backends.RedisAsync(await _backends.ServerAsync("--maxmemory-policy", "allkeys-lru"), log: log);

        Assert.Contains("allkeys-lru", Assert.Single(log.Containing("maxmemory-policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repairs_what_a_writer_left_half_done()
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
