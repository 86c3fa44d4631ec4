using McpProxy.Api.Connections;

namespace McpProxy.Tests.Connections.Backends;

/// <summary>What happens to connections when the backend is switched, or when the TypeScript proxy shares the database.</summary>
public sealed class MigrationTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Understands_what_the_TypeScript_proxy_wrote(string kind)
    {
        var server = await _backends.ServerAsync();
        await server.WriteAsync("server2", "http://localhost:4111");
        await server.WriteAsync("slashed", "http://localhost:4222/");
        await server.WriteAsync("pathed", "https://agents.example/team/");
        var backend = await StartAsync(kind, server);

        Assert.Equal(["pathed", "server2", "slashed"], await backend.NamesAsync());
        Assert.Equal(("slashed", false), Outcome(await backend.AddAsync("another", "http://localhost:4222")));
        Assert.True(await backend.RemoveAsync("slashed", CancellationToken));
        Assert.True(await backend.RemoveAsync("pathed", CancellationToken));
        Assert.Equal(("server3", true), Outcome(await AddUnnamedAsync(backend, "http://localhost:4333")));
        Assert.Equal(["server2", "server3"], (await server.AssertConsistentAsync()).Keys.Order());
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Writes_what_the_TypeScript_proxy_understands(string kind)
    {
        var server = await _backends.ServerAsync();
        var backend = await StartAsync(kind, server);

        await backend.AddAsync("weather", "HTTP://Weather.Example:80/team/");

        Assert.Equal(new() { ["weather"] = "http://weather.example/team" }, await server.HashAsync("all"));
        Assert.Equal(new() { ["http://weather.example/team"] = "weather" }, await server.HashAsync("urlmap"));
    }

    [Fact]
    public async Task Sees_within_a_minute_what_others_wrote_and_at_once_when_it_misses_something()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        await server.WriteAsync("foreign", "http://foreign");

        Assert.Equal("foreign", Assert.Single(await backend.RefreshAsync(CancellationToken)).Name);

        await server.WriteAsync("unmissed", "http://unmissed");
        _backends.Time.Advance(TimeSpan.FromMinutes(1));

        await Wait.UntilAsync(async () => await backend.NamesAsync() is ["foreign", "unmissed"]);
    }

    [Fact]
    public async Task Sees_over_REST_within_five_seconds_what_others_wrote()
    {
        var server = await _backends.ServerAsync();
        var backend = await StartAsync("upstash", server);
        Assert.Empty(await backend.NamesAsync());
        await server.WriteAsync("foreign", "http://foreign");
        Assert.Empty(await backend.NamesAsync());

        _backends.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["foreign"], await backend.NamesAsync());
    }

    [Fact]
    public async Task Finds_after_a_switch_what_Redis_holds_with_its_type()
    {
        var server = await _backends.ServerAsync();
        var (weather, _) = await (await _backends.RedisAsync(server)).AddAsync();

        Assert.Equal([weather], await (await StartAsync("upstash", server)).GetAllAsync(CancellationToken));
        Assert.Equal([weather], await (await StartAsync("redis", server)).GetAllAsync(CancellationToken));
        Assert.Empty(await (await _backends.RedisAsync(server, settings: "--MCP_REDIS_KEY_PREFIX=other:")).GetAllAsync(CancellationToken));
    }

    private static (string Name, bool Added) Outcome((AgentServer Server, bool Added) outcome) => (outcome.Server.Name, outcome.Added);

    private static Task<(AgentServer Server, bool Added)> AddUnnamedAsync(IConnectionBackend backend, string url)
    {
        Assert.Null(ServerUrl.Check(url, out var parsed));

        return backend.AddAsync(null, parsed!, null, null, CancellationToken);
    }

    private async Task<IConnectionBackend> StartAsync(string kind, RedisServer server)
        => kind is "redis" ? await _backends.RedisAsync(server) : await _backends.UpstashAsync(await _backends.UpstashServerAsync(server));
}
