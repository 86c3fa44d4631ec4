using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Mcp.AgentTools;

/// <summary>Who follows the list of tools is told when it has changed.</summary>
public sealed class AgentToolChangesTests
{
    private const string Changed = "notifications/tools/list_changed";

    private static readonly string[] _on = ["MCP_AGENT_TOOLS=true", "MCP_AGENT_CACHE_SECONDS=1"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_tells_its_caller_of_each_change_that_they_see_and_ends_when_the_proxy_stops()
    {
        await using var agents = await ChangingAgentServer.StartAsync("agent", "other");
        await using var later = await ChangingAgentServer.StartAsync("late");
        await using var hostile = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync(
        [
            .. _on, $"AGENT_SERVERS=fixed={agents.Url} hanging={hostile.Url("hang")}",
            "MCP_API_KEYS=ops", "MCP_API_KEY__sam__Key=sam", "MCP_API_KEY__sam__Agents=fixed:agent",
        ]);
        await using var client = await proxy.CreateClientWithAsync("ops");
        Assert.True(client.ServerCapabilities.Tools?.ListChanged);
        await Wait.UntilAsync(() => HasAsync(client, "ask_fixed_agent"));
        ConcurrentQueue<JsonElement> ops = [], sam = [];
        Task[] streams = [ListenAsync(proxy, "ops", ops), ListenAsync(proxy, "sam", sam)];
        await HeardAsync(ops, 1);
        await HeardAsync(sam, 1);

        await client.FieldsAsync("connectServer", new { serverUrl = later.Url, serverName = "later" });
        await HeardAsync(ops, 2);
        Assert.True(await HasAsync(client, "ask_later_late"));
        agents.Describe(("agent", "agent", "Says something new."), ("other", "other", null));
        await HeardAsync(ops, 3);
        await client.FieldsAsync("disconnectServer", new { serverName = "later" });
        await HeardAsync(ops, 4);
        Assert.False(await HasAsync(client, "ask_later_late"));
        await proxy.StopAsync();
        await Task.WhenAll(streams);

        Assert.Equal(["notifications/subscriptions/acknowledged", Changed, Changed, Changed, "result"], ops.Select(Kind));
        Assert.Equal(["notifications/subscriptions/acknowledged", Changed, "result"], sam.Select(Kind));
        Assert.True(ops.First().Get("params", "notifications", "toolsListChanged").GetBoolean());
        Assert.All(ops.SkipLast(1), message => Assert.Equal(7, message.Get("params", "_meta", "io.modelcontextprotocol/subscriptionId").GetInt32()));
    }

    [Theory]
    [InlineData("session", "2025-11-25")]
    [InlineData("stdio", "2025-06-18")]
    [InlineData("stdio", "2026-07-28")]
    public async Task A_client_of_a_session_or_over_stdio_is_told(string transport, string revision)
    {
        await using var agents = await ChangingAgentServer.StartAsync("agent");
        await using var door = await FrontDoor.OpenAsync(transport, revision, [.. _on, $"AGENT_SERVERS={agents.Url}"]);
        var heard = 0;
        await using var hearing = door.Client.RegisterNotificationHandler(Changed, (_, _) =>
        {
            Interlocked.Increment(ref heard);

            return ValueTask.CompletedTask;
        });
        await Wait.UntilAsync(() => HasAsync(door.Client, "ask_server0_agent"));
        if (revision is McpRequest.Modern)
        {
            Assert.Equal(0, heard);
            _ = door.Client.SendRequestAsync(
                new() { Method = "subscriptions/listen", Params = new JsonObject { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } } },
                CancellationToken);
        }

        // The stream of a session may be open only a moment later.
        var take = 0;
        await Wait.UntilAsync(async () =>
        {
            agents.Describe(("agent", "agent", $"Take {++take}."));
            await Task.Delay(500, CancellationToken);

            return Volatile.Read(ref heard) > 0;
        });
    }

    [Fact]
    public async Task A_replica_knows_what_was_connected_on_another()
    {
        await using var agents = await ChangingAgentServer.StartAsync("agent", "odd one");
        await using var backends = new StartedBackends();
        string[] settings = [.. _on, "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={(await backends.ServerAsync()).Address}"];
        await using var one = await Proxy.StartAsync(settings);
        await using var two = await Proxy.StartAsync(settings);
        await using var first = await one.CreateClientAsync();
        await using var second = await two.CreateClientAsync();
        ConcurrentQueue<JsonElement> heard = [];
        var stream = ListenAsync(two, key: null, heard);
        await HeardAsync(heard, 1);

        await first.FieldsAsync("connectServer", new { serverUrl = agents.Url, serverName = "shared" });

        Assert.Equal("I am agent", (await second.CallAsync("ask_shared_agent", new { message = "who?" })).Text());
        await HeardAsync(heard, 2);
        var names = await NamesAsync(second);
        Assert.Equal(await NamesAsync(first), names);
        Assert.Equal("I am odd one", (await second.CallAsync(names[^1], new { message = "who?" })).Text());
        await two.StopAsync();
        await stream;
    }

    private static string Kind(JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString()! : "result";

    private static Task HeardAsync(ConcurrentQueue<JsonElement> heard, int messages) => Wait.UntilAsync(() => heard.Count >= messages);

    private static async Task<bool> HasAsync(McpClient client, string tool) => (await NamesAsync(client)).Contains(tool);

    private static async Task<string[]> NamesAsync(McpClient client)
        => [.. (await client.ListToolsAsync(cancellationToken: CancellationToken)).Select(tool => tool.Name)];

    /// <summary>Opens a stream and hears of what comes over it, until it ends.</summary>
    private static async Task ListenAsync(Proxy proxy, string? key, ConcurrentQueue<JsonElement> heard)
    {
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var request = McpRequest.OfModern("subscriptions/listen", new { notifications = new { toolsListChanged = true } });
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(CancellationToken);
        await foreach (var message in SseParser.Create(body).EnumerateAsync(CancellationToken))
        {
            heard.Enqueue(JsonSerializer.Deserialize<JsonElement>(message.Data));
        }
    }
}
