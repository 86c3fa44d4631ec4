using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Connections;

/// <summary>Three proxies that share their connections, and clients that come to any of them.</summary>
public sealed class ReplicaTests(ProxyFixture agents) : IClassFixture<ProxyFixture>, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();
    private readonly List<Proxy> _proxies = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        await _backends.DisposeAsync();
    }

    [Theory]
    [InlineData("redis", "2025-11-25")]
    [InlineData("redis", "2026-07-28")]
    [InlineData("upstash", "2025-11-25")]
    [InlineData("upstash", "2026-07-28")]
    public async Task Connects_on_one_calls_on_another_and_disconnects_on_the_third(string kind, string revision)
    {
        var redis = await _backends.ServerAsync();
        var clients = await StartAsync(kind, redis, revision);

        await clients[0].FieldsAsync("connectServer", new { serverUrl = agents.MastraUrl, serverName = "shared" });

        Assert.Equal("echo: at once", (await clients[1].AskAsync("shared:echoAgent", "at once")).Text());
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal($"echo: {i}", (await clients[i % 3].AskAsync("shared:echoAgent", $"{i}")).Text());
        }

        await clients[2].FieldsAsync("disconnectServer", new { serverName = "shared" });

        Assert.True((await clients[0].FieldsAsync("connectServer", new { serverUrl = agents.MastraUrl, serverName = "again" })).Get("success").GetBoolean());
        Assert.Equal("echo: again", (await clients[1].AskAsync("again:echoAgent", "again")).Text());
    }

    [Theory]
    [InlineData("mastra")]
    [InlineData("langgraph")]
    public async Task A_conversation_goes_on_over_all_of_them(string type)
    {
        var redis = await _backends.ServerAsync();
        var clients = await StartAsync("redis", redis, "2026-07-28");
        await clients[0].FieldsAsync("connectServer", new { serverUrl = type is "mastra" ? agents.MastraUrl : agents.LangGraphUrl, serverName = "shared" });
        var threadId = Guid.NewGuid().ToString();

        for (var turn = 1; turn <= 6; turn++)
        {
            var result = await clients[turn % 3].CallAsync("callAgent", new
            {
                targetAgentId = "shared:memoryAgent",
                interactionType = turn % 2 is 0 ? "generate" : "stream",
                messages = new[] { new { role = "user", content = $"turn {turn}" } },
                threadId,
            });

            Assert.StartsWith($"seen {turn} user messages", result.Text(), StringComparison.Ordinal);
            Assert.Equal(threadId, result.StructuredContent?.Get("threadId").GetString());
        }
    }

    [Theory]
    [InlineData("local")]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task A_declared_type_is_known_to_all_of_them(string kind)
    {
        var redis = await _backends.ServerAsync();
        await using var hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        var clients = await StartAsync(kind, redis, "2026-07-28");
        var serverUrl = hostile.Url(HostileAgentServer.FriendlyGraph);
        await clients[0].FieldsAsync("connectServer", new { serverUrl, serverName = "shared", serverType = "langgraph", validateConnection = false });

        foreach (var client in kind is "local" ? clients[..1] : clients)
        {
            var again = await client.FieldsAsync("connectServer", new { serverUrl, serverType = "mastra", validateConnection = false });
            var listed = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);

            Assert.Contains("as 'shared' of type 'langgraph'", again.Get("message").GetString(), StringComparison.Ordinal);
            Assert.Equal(("online", "langgraph"), (listed.Get("status").GetString(), listed.Get("serverType").GetString()));
        }

        Assert.NotEmpty(hostile.Requests);
        Assert.All(hostile.Requests, request => Assert.EndsWith("/assistants/search", request.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task A_call_asks_nothing_of_the_backend(string kind)
    {
        var redis = await _backends.ServerAsync();
        // In this process, which listens to its own operations only.
        var client = (await StartAsync(kind, redis, "2026-07-28", _ => { }))[0];
        using var operations = new BackendOperations();

        using (var connecting = new Activity("connecting").Start())
        {
            await client.FieldsAsync("connectServer", new { serverUrl = agents.MastraUrl, serverName = "shared" });
            Assert.Contains(operations.Of(connecting), operation => operation is "EVAL add");
        }

        await client.AskAsync("shared:echoAgent", "once");
        using var calling = new Activity("calling").Start();
        for (var i = 0; i < 20; i++)
        {
            await client.AskAsync("shared:echoAgent", "again");
        }

        Assert.Empty(operations.Of(calling));
    }

    [Fact]
    public async Task Calls_go_on_while_Redis_is_frozen_or_dead_and_changes_are_refused_until_it_is_back()
    {
        var redis = await _backends.ServerAsync();
        var clients = await StartAsync("redis", redis, "2026-07-28");
        await clients[0].FieldsAsync("connectServer", new { serverUrl = agents.MastraUrl, serverName = "shared" });
        foreach (var client in clients)
        {
            Assert.Equal("echo: known", (await client.AskAsync("shared:echoAgent", "known")).Text());
        }

        await redis.FreezeAsync();
        await AssertCallsGoOnAsync(clients, "frozen");
        await redis.ThawAsync();
        await redis.KillAsync();
        await AssertCallsGoOnAsync(clients, "dead");
        await Wait.UntilAsync(async () =>
            await GetAsync(_proxies[0], "/health") is (200, var health) && health.StartsWith("{\"status\":\"degraded\"", StringComparison.Ordinal));
        await Wait.UntilAsync(async () => (await GetAsync(_proxies[0], "/status")).Body.Contains("ConnectionStrings__redis", StringComparison.Ordinal));
        Assert.Contains("snapshotAgeSeconds", (await GetAsync(_proxies[0], "/status")).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync(_proxies[0], "/alive")).Status);

        await redis.StartAgainAsync();
        await Wait.UntilAsync(async () => (await GetAsync(_proxies[1], "/health")).Body.StartsWith("{\"status\":\"healthy\"", StringComparison.Ordinal));

        // A connection that was made again is sometimes lost once more. What was refused has changed nothing.
        await Wait.UntilAsync(async () => (await clients[1].CallAsync("disconnectServer", new { serverName = "shared" })).IsError is not true);

        // A frozen Redis may have made the change that it was sent. A dead one got none, so that change must not appear.
        Assert.Subset(new HashSet<string> { "frozen" }, (await redis.AssertConsistentAsync()).Keys.ToHashSet());
    }

    [Theory]
    [InlineData(",password=wrong", "Redis refuses the credentials. Check ConnectionStrings__redis.")]
    [InlineData("", "Redis asks for a password. Add it to ConnectionStrings__redis.")]
    public async Task A_wrong_or_missing_password_makes_a_replica_that_knows_nothing_unready_and_not_dead(string password, string problem)
    {
        var redis = await _backends.ServerAsync("--requirepass", "right");
        var proxy = await Proxy.StartAsync("MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}{password}");
        _proxies.Add(proxy);
        await using var client = await proxy.CreateClientAsync();

        var (status, health) = await GetAsync(proxy, "/health");

        Assert.Equal(503, status);
        Assert.Contains(problem, health, StringComparison.Ordinal);
        Assert.Contains(problem, (await GetAsync(proxy, "/status")).Body, StringComparison.Ordinal);
        var failure = await client.FailureAsync("connectServer", new { serverUrl = agents.MastraUrl, validateConnection = false });
        Assert.Contains(problem, failure, StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync(proxy, "/alive")).Status);
    }

    [Fact]
    public async Task A_killed_replica_costs_only_its_own_calls()
    {
        var redis = await _backends.ServerAsync();
        var clients = await StartAsync("redis", redis, "2026-07-28");
        await clients[0].FieldsAsync("connectServer", new { serverUrl = agents.MastraUrl, serverName = "shared" });
        await using var victim = await StartedProxy.StartAsync("MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings__redis={redis.Address}");
        await using var doomed = await Proxy.CreateClientAsync(victim.Endpoint);
        Assert.Equal("echo: well", (await doomed.AskAsync("shared:echoAgent", "well")).Text());

        var lost = doomed.AskAsync("shared:slowAgent", "never");
        var others = Enumerable.Range(0, 30).Select(i => clients[i % 3].AskAsync("shared:echoAgent", $"{i}")).ToList();
        await victim.Program.KillAsync();

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"echo: {i}"), (await Task.WhenAll(others)).Select(result => result.Text()));
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        Assert.Equal(["shared"], (await redis.AssertConsistentAsync()).Keys);
    }

    private static async Task AssertCallsGoOnAsync(McpClient[] clients, string name)
    {
        var serverUrl = $"http://127.0.0.1/{name}";
        var failure = await clients[2].FailureAsync("connectServer", new { serverUrl, serverName = name, validateConnection = false });
        Assert.Contains("Redis", failure, StringComparison.Ordinal);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal($"echo: {i}", (await clients[i % 3].AskAsync("shared:echoAgent", $"{i}")).Text());
        }
    }

    private static async Task<(int Status, string Body)> GetAsync(Proxy proxy, string path)
    {
        using var http = new HttpClient { BaseAddress = proxy.Url };
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<McpClient[]> StartAsync(string kind, RedisServer redis, string revision, Action<IServiceCollection>? configure = null)
    {
        string[] settings = kind is not "upstash"
            ? [$"ConnectionStrings:redis={redis.Address}"]
            : [$"UPSTASH_REDIS_REST_URL={(await _backends.UpstashServerAsync(redis)).Url}", $"UPSTASH_REDIS_REST_TOKEN={UpstashServer.Token}"];
        for (var i = 0; i < 3; i++)
        {
            _proxies.Add(await Proxy.StartAsync(configure, [$"MCP_CONNECTION_BACKEND={kind}", .. settings]));
        }

        return await Task.WhenAll(_proxies.Select(proxy => proxy.CreateClientAsync(revision)));
    }

    /// <summary>The operations of a backend, by the trace that they belong to.</summary>
    private sealed class BackendOperations : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _seen = new();
        private readonly ActivityListener _listener;

        public BackendOperations()
        {
            _listener = new()
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStarted = _seen.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<string> Of(Activity trace)
            => [.. _seen.Where(seen => seen.TraceId == trace.TraceId && seen.GetTagItem("db.system.name") is "redis").Select(seen => seen.DisplayName)];

        public void Dispose() => _listener.Dispose();
    }
}
