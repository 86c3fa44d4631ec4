using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace McpProxy.Tests.Operator;

/// <summary>What one replica shows of the calls of others.</summary>
public sealed class ConsoleReplicaTests : IAsyncDisposable
{
    private const string Prefix = "mcp-proxy:servers:calls";

    private readonly StartedBackends _backends = new();
    private readonly Stack<IAsyncDisposable> _started = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
        {
            await started.DisposeAsync();
        }

        await _backends.DisposeAsync();
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Every_replica_shows_all_calls_and_cancels_them(string backend)
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var settings = await SettingsAsync(backend, redis, server);
        var (first, second) = (await StartAsync(settings), await StartAsync(settings));
        await using var client = await first.CreateClientAsync();
        using var here = new HttpClient { BaseAddress = first.Url };
        using var there = new HttpClient { BaseAddress = second.Url };

        await client.AskAsync("server0:echo", "a private matter");
        await client.AskAsync("server0:error500json", "a private matter");
        var foreground = client.FailureAsync("callAgent", new { targetAgentId = "server0:hang", message = "a private matter" });
        var runId = (await client.FieldsAsync("callAgent", new { targetAgentId = "server0:hang", message = "go", background = true })).Get("runId").GetString();
        await Wait.UntilAsync(async () => (await CallsAsync(there)).Count is 4);
        var calls = await CallsAsync(there);
        foreach (var id in calls.Where(call => State(call) is "running").Select(call => call.Get("id").GetString()))
        {
            using var response = await there.PostAsync($"/operator/calls/{id}/cancel", content: null, CancellationToken);

            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        Assert.Equal(["failed", "answered"], calls.Select(State).Where(state => state is not "running"));
        Assert.Contains(calls, call => call.Get("id").GetString() == runId);
        Assert.StartsWith("The call was cancelled at the proxy.", await foreground, StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.Requests.Count(request => request.IsAborted && request.Path.Contains("hang", StringComparison.Ordinal)) is 2);
        await Wait.UntilAsync(async () => (await CallsAsync(there)).Count(call => State(call) is "cancelled") is 2);
        Assert.Equal((await CallsAsync(here)).Select(call => call.GetRawText()), (await CallsAsync(there)).Select(call => call.GetRawText()));
        foreach (var text in Assert.IsType<object?[]>(await redis.ExecuteAsync("HVALS", Prefix)))
        {
            Assert.DoesNotContain("private", (string)text!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_call_whose_replica_is_gone_is_lost()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var settings = await SettingsAsync("redis", redis, server);
        var survivor = await StartAsync(settings);
        await using var killed = await StartedProxy.StartAsync(settings);
        await using var client = await Proxy.CreateClientAsync(killed.Endpoint);
        using var http = new HttpClient { BaseAddress = survivor.Url };
        var run = await client.FieldsAsync("callAgent", new { targetAgentId = "server0:hang", message = "go", background = true });
        await Wait.UntilAsync(async () => (await CallsAsync(http)).Any(call => State(call) is "running"));
        var stream = await http.GetStreamAsync("/operator/events", CancellationToken);
        using var events = new StreamReader(stream);

        await killed.Program.KillAsync();
        await redis.ExecuteAsync("ZADD", $"{Prefix}:held", "0", run.Get("runId").GetString()!);

        await Wait.UntilAsync(async () => (await CallsAsync(http)) is [var call] && State(call) is "lost");
        while (await events.ReadLineAsync(CancellationToken) is { } line && !line.Contains("\"state\":\"lost\"", StringComparison.Ordinal))
        {
            // The page hears of it without asking.
        }

        using var response = await http.PostAsync($"/operator/calls/{run.Get("runId").GetString()}/cancel", content: null, CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task What_others_write_into_Redis_is_left_out_and_harms_no_call()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var settings = await SettingsAsync("redis", redis, server);
        var (first, second) = (await StartAsync(settings), await StartAsync(settings));
        await using var client = await first.CreateClientAsync();
        using var there = new HttpClient { BaseAddress = second.Url };
        await client.AskAsync("server0:echo", "hi");

        await Wait.UntilAsync(async () => (await CallsAsync(there)).Count is 1);
        var good = (string)(await redis.ExecuteAsync("HVALS", Prefix) as object?[])![0]!;
        string[] entries =
        [
            "not JSON", "{}", "null", good, With("agent", null), With("agent", "\\ud800"), With("agent", new string('x', 100_000)), With("state", "strange"),
            With("startedAt", "0001-01-01T00:00:00Z"), With("startedAt", "9999-12-31T23:59:59Z"),
        ];
        foreach (var (entry, index) in entries.Select((entry, index) => (entry, index)))
        {
            await redis.ExecuteAsync("HSET", Prefix, $"bad{index}", entry.Replace("the-id", $"bad{index}", StringComparison.Ordinal));
            await redis.ExecuteAsync("ZADD", $"{Prefix}:changed", index is 0 ? "inf" : $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}000", $"bad{index}");
        }

        await client.AskAsync("server0:echo", "hi");
        await Wait.UntilAsync(async () => (await CallsAsync(there)).Count is 2);
        await redis.ExecuteAsync("DEL", Prefix);
        await redis.ExecuteAsync("SET", Prefix, "somebody else's");
        await client.AskAsync("server0:echo", "hi");

        using var here = new HttpClient { BaseAddress = first.Url };
        Assert.Equal(3, (await CallsAsync(here)).Count);
        Assert.Equal(2, (await CallsAsync(there)).Count);

        string With(string member, string? value)
        {
            var id = JsonDocument.Parse(good).RootElement.Get("id").GetString()!;
            var node = System.Text.Json.Nodes.JsonNode.Parse(good.Replace(id, "the-id", StringComparison.Ordinal))!;
            node[member] = value is "\\ud800" ? "surrogate" : value;

            return node.ToJsonString().Replace("surrogate", "\\ud800", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Calls_go_on_while_Redis_is_away_and_others_hear_of_them_afterwards()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        var redis = await _backends.ServerAsync();
        var settings = await SettingsAsync("redis", redis, server);
        var (first, second) = (await StartAsync(settings), await StartAsync(settings));
        await using var client = await first.CreateClientAsync();
        using var here = new HttpClient { BaseAddress = first.Url };
        using var there = new HttpClient { BaseAddress = second.Url };

        await redis.KillAsync();
        await client.AskAsync("server0:echo", "hi");
        var (shown, notShown) = (await CallsAsync(here), await CallsAsync(there));
        await redis.StartAgainAsync();

        Assert.Equal((1, 0), (shown.Count, notShown.Count));
        await Wait.UntilAsync(async () => (await CallsAsync(there)).Count is 1);
    }

    private static string State(JsonElement call) => call.Get("state").GetString()!;

    private static async Task<List<JsonElement>> CallsAsync(HttpClient http)
        => [.. (await http.GetFromJsonAsync<JsonElement>("/operator/calls", CancellationToken)).Get("calls").EnumerateArray()];

    private async Task<Proxy> StartAsync(string[] settings)
    {
        var proxy = await Proxy.StartAsync(settings);
        _started.Push(proxy);

        return proxy;
    }

    private async Task<string[]> SettingsAsync(string backend, RedisServer redis, HostileAgentServer server)
        => [.. await _backends.SettingsAsync(backend, redis), "MCP_CONSOLE=true", $"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}"];
}
