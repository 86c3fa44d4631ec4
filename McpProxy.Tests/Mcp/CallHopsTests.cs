using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Mcp;

/// <summary>How the proxy learns how many agents are already in a chain of calls, and what it tells the next agent server.</summary>
public sealed class CallHopsTests : IAsyncLifetime
{
    private const string Header = "x-mcp-proxy-hops";
    private const string MetaKey = "mcp-agent-proxy/hops";
    private const string TraceState = "tracestate";

    private readonly ExtraHeaders _headers = new();
    private HostileAgentServer _agents = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private IEnumerable<RecordedRequest> Calls => _agents.Requests.Where(request => request.Path.EndsWith("/generate", StringComparison.Ordinal));

    public async ValueTask InitializeAsync() => _agents = await HostileAgentServer.StartAsync(CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _headers.Dispose();
        await _agents.DisposeAsync();
    }

    [Theory]
    [InlineData(null, null, null, null, 1)]
    [InlineData("2", null, null, null, 3)]
    [InlineData(null, null, "2", null, 3)]
    [InlineData(null, null, "\"2\"", null, 3)]
    [InlineData("1", null, "3", null, 4)]
    [InlineData("3", null, "1", null, 4)]
    [InlineData(null, "other=7,mcpproxy=2", null, null, 3)]
    [InlineData(null, null, null, "other=7, mcpproxy=2", 3)]
    [InlineData("0", "mcpproxy=1", "2", "mcpproxy=3", 4)]
    [InlineData(null, "other=7", "null", "other=7", 1)]
    public async Task The_largest_hop_count_applies_and_the_agent_server_gets_one_more(
        string? header, string? headerState, string? meta, string? metaState, int told)
    {
        await using var proxy = await StartAsync();
        await using var client = await ConnectAsync(proxy);

        var result = await CallAsync(client, header is null ? (TraceState, headerState) : (Header, header), Meta(meta, metaState));

        Assert.False(result.IsError is true, result.Text());
        Assert.Equal($"{told}", Assert.Single(Calls).Headers[Header]);
        Assert.DoesNotContain(_agents.Requests.Except(Calls), request => request.Headers.ContainsKey(Header));
    }

    [Theory]
    [InlineData("3", null, "call 4")]
    [InlineData("7", null, "call 8")]
    [InlineData(null, "3", "call 4")]
    [InlineData("2147483647", null, "call 2147483648")]
    public async Task At_the_limit_nothing_is_sent(string? header, string? meta, string which)
    {
        await using var proxy = await StartAsync("MCP_MAX_HOPS=3");
        await using var client = await ConnectAsync(proxy);

        var result = await CallAsync(client, (Header, header), Meta(meta, null));

        Assert.True(result.IsError);
        Assert.Equal(
            $"The agent was not called: it would be {which} in a chain of agents that call each other through the proxy, and MCP_MAX_HOPS allows 3. Probably "
            + "they go round in a circle: answer without calling another agent. If so long a chain is wanted, raise MCP_MAX_HOPS where the proxy runs.",
            result.Text());
        Assert.Empty(_agents.Requests);
    }

    [Theory]
    [InlineData(Header, "", null)]
    [InlineData(Header, "-1", null)]
    [InlineData(Header, "1.5", null)]
    [InlineData(Header, "0x1", null)]
    [InlineData(Header, "one", null)]
    [InlineData(Header, "1, 1", null)]
    [InlineData(Header, "99999999999999999999", null)]
    [InlineData(TraceState, "mcpproxy=", null)]
    [InlineData(TraceState, "mcpproxy=one", null)]
    [InlineData(Header, null, "-1")]
    [InlineData(Header, null, "1.5")]
    [InlineData(Header, null, "true")]
    [InlineData(Header, null, "[1]")]
    [InlineData(Header, null, "\"one\"")]
    [InlineData(Header, "1", "\"one\"")]
    public async Task A_hop_count_that_is_no_number_is_refused(string name, string? value, string? meta)
    {
        await using var proxy = await StartAsync();
        await using var client = await ConnectAsync(proxy);

        var result = await CallAsync(client, (name, value), Meta(meta, null));

        Assert.True(result.IsError);
        Assert.StartsWith("The agent was not called: the call came with a hop count (x-mcp-proxy-hops, or", result.Text(), StringComparison.Ordinal);
        Assert.Empty(_agents.Requests);
    }

    [Theory]
    [InlineData("2026-07-28", false)]
    [InlineData("2025-11-25", false)]
    [InlineData("2025-11-25", true)]
    public async Task Calls_at_the_same_time_keep_their_own_counts(string revision, bool sessions)
    {
        const int AtOnce = 32;
        await using var proxy = await StartAsync("MCP_MAX_HOPS=100", $"MCP_SESSIONS={sessions}");
        await using var client = await ConnectAsync(proxy, revision);
        Assert.Equal(revision is "2025-11-25", client.SessionId is not null);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var calls = Enumerable.Range(0, AtOnce).Select(async hops =>
        {
            await start.Task;
            await CallAsync(client, hops % 2 is 0 ? (Header, $"{hops}") : (Header, null), hops % 2 is 0 ? null : Meta($"{hops}", null), $"after {hops}.");
        }).ToList();
        start.SetResult();
        await Task.WhenAll(calls);

        Assert.Equal(AtOnce, Calls.Count());
        Assert.All(Enumerable.Range(0, AtOnce), hops => Assert.Single(
            Calls, call => call.Body.Contains($"after {hops}.", StringComparison.Ordinal) && call.Headers[Header] == $"{hops + 1}"));
    }

    [Fact]
    public async Task Over_stdio_the_metadata_counts()
    {
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new()
            {
                Command = ProxyProgram.Words[0],
                Arguments = [.. ProxyProgram.Words[1..], "--stdio"],
                EnvironmentVariables = new Dictionary<string, string?> { ["AGENT_SERVERS"] = _agents.Url(HostileAgentServer.Friendly), ["MCP_MAX_HOPS"] = "3" },
            }),
            new() { DiscoverProbeTimeout = TimeSpan.FromSeconds(60) },
            cancellationToken: CancellationToken);

        var last = await CallAsync(client, (Header, null), Meta("2", null));
        var tooFar = await CallAsync(client, (Header, null), Meta("3", null));

        Assert.Equal("well", last.Text());
        Assert.Contains("it would be call 4", tooFar.Text(), StringComparison.Ordinal);
        Assert.Equal("3", Assert.Single(Calls).Headers[Header]);
    }

    [Theory]
    [InlineData("a=1,mcpproxy=1,b=2", "mcpproxy=2,a=1,b=2")]
    [InlineData("a=1", "mcpproxy=1,a=1")]
    [InlineData(null, "mcpproxy=1")]
    public async Task The_trace_state_of_others_is_kept_after_the_proxys_own(string? before, string after)
    {
        await using var proxy = await StartAsync();
        await using var client = await ConnectAsync(proxy);
        using var agent = new Activity("agent") { TraceStateString = before }.Start();

        await CallAsync(client, (Header, null), null);

        var call = Assert.Single(Calls);
        Assert.Equal(after, call.Headers[TraceState]);
        Assert.Contains($"{agent.TraceId}", call.Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_state_holds_no_more_members_than_it_may()
    {
        await using var proxy = await StartAsync();
        await using var client = await ConnectAsync(proxy);
        using var agent = new Activity("agent") { TraceStateString = string.Join(',', Enumerable.Range(0, 32).Select(i => $"m{i}=1")) }.Start();

        await CallAsync(client, (Header, null), null);

        var members = Assert.Single(Calls).Headers[TraceState].Split(',');
        Assert.Equal(("mcpproxy=1", "m0=1", "m30=1", 32), (members[0], members[1], members[^1], members.Length));
    }

    private static JsonObject? Meta(string? hops, string? traceState)
    {
        var meta = new JsonObject();
        if (hops is not null)
        {
            meta[MetaKey] = JsonNode.Parse(hops);
        }

        if (traceState is not null)
        {
            meta[TraceState] = traceState;
        }

        return meta.Count is 0 ? null : meta;
    }

    private Task<Proxy> StartAsync(params string[] settings) => Proxy.StartAsync([$"AGENT_SERVERS={_agents.Url(HostileAgentServer.Friendly)}", .. settings]);

    private Task<McpClient> ConnectAsync(Proxy proxy, string? revision = null) => McpClient.CreateAsync(
        new HttpClientTransport(
            new() { Endpoint = proxy.Endpoint, TransportMode = HttpTransportMode.StreamableHttp },
            new HttpClient(_headers, disposeHandler: false)),
        new() { ProtocolVersion = revision },
        cancellationToken: CancellationToken);

    private async Task<CallToolResult> CallAsync(McpClient client, (string Name, string? Value) header, JsonObject? meta, string text = "hi")
    {
        _headers.Set(header.Name, header.Value);

        return await client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?>
            {
                ["targetAgentId"] = "server0:echo",
                ["interactionType"] = "generate",
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
            },
            options: new RequestOptions { Meta = meta },
            cancellationToken: CancellationToken);
    }
}
