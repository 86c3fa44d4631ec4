using System.Net.Http.Json;
using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Runs;

/// <summary>Runs that were begun on one replica and are followed on another.</summary>
public sealed class ReplicaRunTests(ProxyFixture agents, RealAgentServers servers) : IClassFixture<ProxyFixture>, IAsyncDisposable
{
    private const string TenWords = "one two three four five six seven eight nine ten";

    private readonly StartedBackends _backends = new();
    private readonly Stack<Proxy> _proxies = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        while (_proxies.TryPop(out var proxy))
        {
            await proxy.DisposeAsync();
        }

        await _backends.DisposeAsync();
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Any_replica_gives_the_answer(string backend)
    {
        var redis = await _backends.ServerAsync();
        var (first, second) = (await StartAsync(backend, redis), await StartAsync(backend, redis));

        foreach (var agentId in new[] { "server0:slowAgent", "server1:slowAgent" })
        {
            var runId = await BeginAsync(first, agentId);
            var running = await second.FieldsAsync("getAgentRun", new { runId, waitSeconds = 0 });
            var result = await second.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

            Assert.Equal("running", running.Get("status").GetString());
            Assert.Equal(TenWords, result.Text().Trim());
            Assert.Equal(
                (await first.FieldsAsync("getAgentRun", new { runId })).Get("responseData").GetRawText(),
                result.StructuredContent!.Value.Get("responseData").GetRawText());
        }
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Any_replica_cancels_it(string backend)
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var (first, second) = (await StartAsync(backend, redis, server.Url(HostileAgentServer.Friendly)), await StartAsync(backend, redis));
        var runId = await BeginAsync(first, "server0:hang");

        var cancelled = await second.FieldsAsync("cancelAgentRun", new { runId });

        Assert.Equal("cancelled", cancelled.Get("status").GetString());
        await Wait.UntilAsync(() => server.Requests.Any(request => request is { IsCall: true, IsAborted: true }));
    }

    [Fact]
    public async Task A_replica_that_stops_says_which_runs_are_lost_with_it()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var survivor = await StartAsync("redis", redis);
        var runId = await BeginAsync(await StartAsync("redis", redis, server.Url(HostileAgentServer.Friendly)), "server0:hang");

        await _proxies.Pop().DisposeAsync();
        var lost = await survivor.CallAsync("getAgentRun", new { runId, waitSeconds = 0 });

        Assert.True(lost.IsError);
        Assert.StartsWith("The replica that waited for this answer is gone.", lost.Text(), StringComparison.Ordinal);
        Assert.Equal("lost", lost.StructuredContent!.Value.Get("status").GetString());
        Assert.Single(server.Requests, request => request.IsCall);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task What_a_killed_replica_waited_for_arrives_through_another_or_is_reported_lost(string backend)
    {
        var langGraph = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        await using var relay = await Relay.StartAsync(langGraph.Url, Cuts.WhenIdle(TimeSpan.FromMinutes(1), properly: true), CancellationToken);
        var redis = await _backends.ServerAsync();
        var a2a = await servers.GetAsync(RealServer.A2A, CancellationToken);
        var openAI = agents.MastraUrl.Replace("/mastra", "/openai", StringComparison.Ordinal);
        string[] settings =
        [
            .. await SettingsAsync(backend, redis, $"{relay.Url} {agents.MastraUrl} a2a={a2a.Url}rpc {openAI}"),
            "AGENT_SERVER_AGENTS:a2a=slowAgent", "MCP_CONSOLE=true",
        ];
        await using var killed = await StartedProxy.StartAsync(settings);
        await using var client = await Proxy.CreateClientAsync(killed.Endpoint);
        var lost = await BeginAsync(client, "server1:slowAgent");
        string[] joinable =
            [await BeginAsync(client, "server0:slow"), await BeginAsync(client, "a2a:slowAgent"), await BeginAsync(client, "server3:slowAgent")];

        await redis.AreKeptAsync(joinable);
        await killed.Program.KillAsync();
        await using var other = await Proxy.StartAsync(settings);
        await using var survivor = await other.CreateClientAsync();
        var answers = await Task.WhenAll(joinable.Select(run => FollowAsync(survivor, run)));
        var loss = await FollowAsync(survivor, lost);
        using var http = new HttpClient { BaseAddress = other.Url };

        Assert.All(answers, answer => Assert.Equal(TenWords, answer.Text().Trim()));
        Assert.StartsWith("The replica that waited for this answer is gone.", loss.Text(), StringComparison.Ordinal);
        Assert.Single(
            relay.TakeRequests(),
            request => request.EndsWith("/runs/stream", StringComparison.Ordinal) && request.StartsWith("POST", StringComparison.Ordinal));
        await Wait.UntilAsync(async () => (await StatesAsync(http)).SetEquals([(lost, "lost"), .. joinable.Select(run => (run, "answered"))]));
    }

    [Fact]
    public async Task Nothing_is_sent_when_a_run_could_not_be_remembered()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var client = await StartAsync("redis", redis, server.Url(HostileAgentServer.Friendly));
        await redis.KillAsync();

        var failure = await client.FailureAsync("callAgent", Call("server0:echo"));

        Assert.StartsWith("Nothing was sent, as a run in the background could not be remembered.", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.IsCall);
    }

    [Fact]
    public async Task An_answer_that_comes_while_Redis_is_away_is_kept_for_later()
    {
        var redis = await _backends.ServerAsync();
        var (first, second) = (await StartAsync("redis", redis), await StartAsync("redis", redis));
        var runId = await BeginAsync(first, "server0:slowAgent");

        await redis.KillAsync();
        var kept = await first.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });
        var away = await second.FailureAsync("getAgentRun", new { runId, waitSeconds = 0 });
        await redis.StartAgainAsync();

        Assert.Equal(TenWords, kept.Text().Trim());
        Assert.StartsWith("The run can't be followed now, though it goes on.", away, StringComparison.Ordinal);
        await Wait.UntilAsync(async () => (await second.CallAsync("getAgentRun", new { runId, waitSeconds = 1 })).Text().Trim() is TenWords);
    }

    [Fact]
    public async Task An_answer_that_was_told_while_Redis_was_away_is_stored_before_the_proxy_ends()
    {
        var redis = await _backends.ServerAsync();
        var second = await StartAsync("redis", redis);
        var first = await StartAsync("redis", redis);
        var ending = _proxies.Peek();
        var runId = await BeginAsync(first, "server0:slowAgent");
        await redis.KillAsync();
        var kept = await first.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        await redis.StartAgainAsync();
        await ending.StopAsync();

        Assert.Equal(TenWords, kept.Text().Trim());
        var told = "";
        await Wait.UntilAsync(async () =>
        {
            told = (await second.CallAsync("getAgentRun", new { runId, waitSeconds = 1 })).Text().Trim();

            return !told.StartsWith("The run can't be followed now", StringComparison.Ordinal);
        });
        Assert.Equal(TenWords, told);
    }

    [Theory]
    [InlineData("""not JSON""")]
    [InlineData("""
        {
          "server": "server0", "serverUrl": "http://169.254.169.254/", "serverType": "langgraph", "agentId": "echo", "resolution": "ExplicitQualification",
          "interactionType": "generate", "startedAt": "2026-01-01T00:00:00Z",
          "reference": "threads/00000000-0000-4000-8000-000000000000/runs/00000000-0000-4000-8000-000000000000"
        }
        """)]
    public async Task A_forged_run_is_not_followed(string facts)
    {
        var redis = await _backends.ServerAsync();
        var client = await StartAsync("redis", redis);
        await redis.ExecuteAsync("HSET", "mcp-proxy:servers:run:run_forged", "facts", facts);

        var result = await client.CallAsync("getAgentRun", new { runId = "run_forged", waitSeconds = 0 });

        Assert.True(result.IsError);
        Assert.Matches("^(There is no run 'run_forged'|The replica that waited for this answer is gone)", result.Text());
    }

    private async Task<McpClient> StartAsync(string backend, RedisServer redis, string? agentServers = null)
        => await StartAsync(await SettingsAsync(backend, redis, agentServers ?? $"{agents.MastraUrl} {agents.LangGraphUrl}"));

    private async Task<McpClient> StartAsync(string[] settings)
    {
        var proxy = await Proxy.StartAsync(settings);
        _proxies.Push(proxy);

        return await proxy.CreateClientAsync();
    }

    private async Task<string[]> SettingsAsync(string backend, RedisServer redis, string agentServers)
        => [.. await _backends.SettingsAsync(backend, redis), $"AGENT_SERVERS={agentServers}"];

    /// <summary>What the history says of calls, by their ids.</summary>
    private static async Task<HashSet<(string? Id, string? State)>> StatesAsync(HttpClient http)
        =>
        [
            .. (await http.GetFromJsonAsync<JsonElement>("/operator/calls", CancellationToken)).Get("calls").EnumerateArray()
                .Select(call => (call.Get("id").GetString(), call.Get("state").GetString())),
        ];

    /// <summary>Waits for the end of a run, also for the end of its holder's lease.</summary>
    private static async Task<ModelContextProtocol.Protocol.CallToolResult> FollowAsync(McpClient client, string runId)
    {
        var result = await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        return result.StructuredContent?.Get("status").GetString() is "running"
            ? await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 })
            : result;
    }

    private static async Task<string> BeginAsync(McpClient client, string agentId)
        => (await client.FieldsAsync("callAgent", Call(agentId))).Get("runId").GetString()!;

    private static object Call(string agentId)
        => new { targetAgentId = agentId, interactionType = "generate", messages = new[] { new { role = "user", content = "count" } }, background = true };
}
