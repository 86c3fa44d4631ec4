using System.Net;

namespace McpProxy.Tests.Mcp;

/// <summary>Clients of older revisions cancel a call with a notification and keep the connection; others close it.</summary>
public sealed class CancelledCallsTests : IAsyncLifetime
{
    private const string Legacy = "2025-11-25";
    private const string Agent = "server0:hang";

    private HostileAgentServer _agents = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _agents = await HostileAgentServer.StartAsync(CancellationToken);

    public ValueTask DisposeAsync() => _agents.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_notification_cancels_the_call_and_ends_its_request(bool hasSessions)
    {
        await using var proxy = await StartAsync($"MCP_SESSIONS={hasSessions}");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        var client = await InitializeAsync(http);
        var call = SendAsync(http, McpRequest.CallAgent(Legacy, Agent, client));
        await HangingAsync(1);

        using var accepted = await SendAsync(http, Cancelled(client));

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        using var ended = await call;
        Assert.Empty(await ended.Content.ReadAsStringAsync(CancellationToken));
        await Wait.UntilAsync(() => Aborted is 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_cancels_the_call_of_another_who_uses_the_same_id(bool hasSessions)
    {
        await using var proxy = await StartAsync($"MCP_SESSIONS={hasSessions}");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        var (mine, others) = (await InitializeAsync(http), await InitializeAsync(http));
        var call = SendAsync(http, McpRequest.CallAgent(Legacy, Agent, mine));
        var othersCall = SendAsync(http, McpRequest.CallAgent(Legacy, Agent, others));
        await HangingAsync(2);

        foreach (var client in new[] { null, "made-up", others })
        {
            using var response = await SendAsync(http, Cancelled(client));
            Assert.Equal(hasSessions && client != others, !response.IsSuccessStatusCode);
        }

        using var ended = await othersCall;
        await Wait.UntilAsync(() => Aborted is 1);
        Assert.NotEqual(mine, others);
        Assert.False(call.IsCompleted);
    }

    [Theory]
    [InlineData(Legacy, false)]
    [InlineData(McpRequest.Modern, false)]
    [InlineData(McpRequest.Modern, true)]
    public async Task A_closed_connection_cancels_its_call_and_no_other_of_the_same_id(string revision, bool hasSessions)
    {
        await using var proxy = await StartAsync($"MCP_SESSIONS={hasSessions}");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        using var leaving = new CancellationTokenSource();
        using var request = McpRequest.CallAgent(revision, Agent);
        var call = http.SendAsync(request, leaving.Token);
        var staying = SendAsync(http, McpRequest.CallAgent(revision, Agent));
        await HangingAsync(2);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Wait.UntilAsync(() => Aborted is 1);
        Assert.False(staying.IsCompleted);
    }

    [Fact]
    public async Task Any_replica_serves_a_client_that_another_has_greeted()
    {
        await using var proxy = await StartAsync();
        await using var another = await StartAsync();
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        using var othersHttp = new HttpClient { BaseAddress = another.Endpoint };
        var client = await InitializeAsync(othersHttp);

        using var response = await SendAsync(http, McpRequest.CallAgent(Legacy, $"server0:{HostileAgentServer.Echo}", client));

        Assert.Contains("well", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    public async Task A_malformed_message_is_refused(string body)
    {
        await using var proxy = await StartAsync();
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };

        using var response = await SendAsync(http, McpRequest.Post(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("-32600", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    private int Aborted => _agents.Requests.Count(request => request is { IsCall: true, IsAborted: true });

    private Task<Proxy> StartAsync(params string[] settings)
        => Proxy.StartAsync([$"AGENT_SERVERS={_agents.Url(HostileAgentServer.Friendly)}", "MCP_CALL_TIMEOUT_SECONDS=60", .. settings]);

    private Task HangingAsync(int calls) => Wait.UntilAsync(() => _agents.Requests.Count(request => request.IsCall) == calls);

    private static async Task<string> InitializeAsync(HttpClient http)
    {
        using var response = await SendAsync(http, McpRequest.Initialize());

        return Assert.Single(response.Headers.GetValues(McpRequest.SessionId));
    }

    private static HttpRequestMessage Cancelled(string? client) => McpRequest.Legacy("notifications/cancelled", new { requestId = 7 }, session: client);

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage request) => http.SendAsync(request, CancellationToken);
}
