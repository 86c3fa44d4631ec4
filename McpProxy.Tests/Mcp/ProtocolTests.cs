using System.Net;
using System.Text.Json;
using ModelContextProtocol;

namespace McpProxy.Tests.Mcp;

/// <summary>The protocol over HTTP: its revisions, sessions and status codes.</summary>
public sealed class ProtocolTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("2024-11-05")]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Serves_every_revision_of_the_protocol(string revision)
    {
        await using var client = await fixture.Proxy.CreateClientAsync(revision);

        Assert.Equal(revision, client.NegotiatedProtocolVersion);
        Assert.Equal("mcp-agent-proxy", client.ServerInfo?.Name);
        Assert.Equal(7, (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);
        Assert.Equal("echo: hi", (await client.AskAsync("server0:echoAgent", "hi")).Text());
        Assert.Equal(
            "Several servers have an agent 'echoAgent'. Say which one: 'server0:echoAgent' or 'server1:echoAgent'.",
            (await client.AskAsync("echoAgent", "hi")).Text());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task A_message_of_2026_that_has_another_revision_in_its_header_is_refused(string? version)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };
        using var request = McpRequest.OfModern("tools/list");
        request.Headers.Remove("MCP-Protocol-Version");
        if (version is not null)
        {
            request.Headers.Add("MCP-Protocol-Version", version);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var error = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal((7, (int)McpErrorCode.HeaderMismatch), (error.Get("id").GetInt32(), error.Get("error", "code").GetInt32()));
    }

    [Fact]
    public async Task Gives_sessions_to_clients_that_know_them_when_told_to()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_SESSIONS=true");
        await using var older = await proxy.CreateClientAsync("2025-11-25");
        await using var newer = await proxy.CreateClientAsync("2026-07-28");

        Assert.NotNull(older.SessionId);
        Assert.Null(newer.SessionId);
        Assert.Equal("echo: hi", (await older.AskAsync("echoAgent", "hi")).Text());
        Assert.Equal("echo: hi", (await newer.AskAsync("echoAgent", "hi")).Text());
    }

    [Theory]
    [InlineData("GET", "2025-11-25", false)]
    [InlineData("DELETE", "2025-11-25", false)]
    [InlineData("GET", McpRequest.Modern, true)]
    [InlineData("DELETE", McpRequest.Modern, true)]
    public async Task Allows_only_POST_where_there_are_no_sessions(string method, string revision, bool hasSessionsForOthers)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_SESSIONS={hasSessionsForOthers}");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        using var request = new HttpRequestMessage(new(method), "") { Headers = { { "MCP-Protocol-Version", revision }, { McpRequest.SessionId, "any" } } };

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("tools/list", HttpStatusCode.OK)]
    [InlineData("initialize", HttpStatusCode.NotFound)]
    [InlineData("no/such/method", HttpStatusCode.NotFound)]
    public async Task Refuses_with_the_status_that_the_newest_revision_asks_for(string method, HttpStatusCode expected)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };

        using var response = await http.SendAsync(McpRequest.OfModern(method), TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData(McpRequest.Modern)]
    public async Task Takes_three_megabytes_and_refuses_more_than_four(string revision)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };
        using var large = McpRequest.CallAgent(revision, "server0:echoAgent", text: new('x', 3 * 1024 * 1024));
        using var tooLarge = McpRequest.CallAgent(revision, "server0:echoAgent", text: new('x', 4 * 1024 * 1024));
        tooLarge.Headers.ExpectContinue = true;

        using var taken = await http.SendAsync(large, TestContext.Current.CancellationToken);
        using var refused = await http.SendAsync(tooLarge, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Ends_listening_streams_and_finishes_calls_when_it_stops()
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={agents.MastraUrl}", "MCP_SESSIONS=true");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        using var greeting = await http.SendAsync(McpRequest.Initialize(), TestContext.Current.CancellationToken);
        var session = greeting.Headers.GetValues(McpRequest.SessionId).Single();
        using var request = new HttpRequestMessage(HttpMethod.Get, "") { Headers = { { "Accept", "text/event-stream" }, { McpRequest.SessionId, session } } };
        using var listening = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var call = http.SendAsync(McpRequest.CallAgent("2025-11-25", GatedAgentServer.Agent, session), TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => agents.Calls is 1);

        var stopped = proxy.StopAsync();
        Assert.Empty(await listening.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        agents.LetOneGoOn();

        using var answer = await call;
        Assert.Contains(GatedAgentServer.Answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await stopped;
    }
}
