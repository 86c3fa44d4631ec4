using System.Net;
using McpProxy.Tests.Infrastructure;
using McpProxy.Tests.McpHttp;

namespace McpProxy.Tests;

/// <summary>Clients of older revisions say that they cancel, and keep the connection.</summary>
public sealed class CancelledCallsTests : IAsyncLifetime
{
    private HostileAgentServer _agents = null!;
    private Proxy _proxy = null!;
    private HttpClient _http = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _agents = await HostileAgentServer.StartAsync(CancellationToken);
        _proxy = await Proxy.StartAsync($"AGENT_SERVERS={_agents.Url(HostileAgentServer.Friendly)}", "MCP_CALL_TIMEOUT_SECONDS=60");
        _http = new() { BaseAddress = _proxy.Endpoint };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _proxy.DisposeAsync();
        await _agents.DisposeAsync();
    }

    [Fact]
    public async Task A_notification_cancels_the_call_and_ends_its_request()
    {
        var client = await InitializeAsync(_proxy);
        var call = SendAsync(McpRequest.Legacy("tools/call", Call("hang"), id: 7, client));
        await HangingAsync(1);

        using var accepted = await SendAsync(McpRequest.Legacy("notifications/cancelled", new { requestId = 7 }, session: client));

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        using var ended = await call;
        Assert.DoesNotContain("result", await ended.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
        await Wait.UntilAsync(() => _agents.Requests.Any(request => request is { Method: "POST", IsAborted: true }));
    }

    [Fact]
    public async Task Nobody_cancels_the_call_of_another_who_uses_the_same_id()
    {
        var (mine, others) = (await InitializeAsync(_proxy), await InitializeAsync(_proxy));
        var call = SendAsync(McpRequest.Legacy("tools/call", Call("hang"), id: 7, mine));
        await HangingAsync(1);

        foreach (var client in new[] { others, null, "made-up" })
        {
            using var accepted = await SendAsync(McpRequest.Legacy("notifications/cancelled", new { requestId = 7 }, session: client));
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        Assert.NotEqual(mine, others);
        Assert.DoesNotContain(_agents.Requests, request => request is { Method: "POST", IsAborted: true });
        Assert.False(call.IsCompleted);
    }

    [Fact]
    public async Task Any_replica_serves_a_client_that_another_has_greeted()
    {
        await using var another = await Proxy.StartAsync($"AGENT_SERVERS={_agents.Url(HostileAgentServer.Friendly)}");
        var client = await InitializeAsync(another);

        using var response = await SendAsync(McpRequest.Legacy("tools/call", Call(HostileAgentServer.Echo), id: "a", client));

        Assert.Contains("well", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_none_is_refused_as_ever()
    {
        using var response = await SendAsync(McpRequest.Post("{\"jsonrpc\":"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<string> InitializeAsync(Proxy proxy)
    {
        using var request = McpRequest.Initialize();
        request.RequestUri = proxy.Endpoint;
        using var response = await SendAsync(request);

        return Assert.Single(response.Headers.GetValues("Mcp-Session-Id"));
    }

    private Task HangingAsync(int calls) => Wait.UntilAsync(() => _agents.Requests.Count(request => request.Method is "POST") == calls);

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request, CancellationToken);

    private static object Call(string agent) => new
    {
        name = "callAgent",
        arguments = new { targetAgentId = $"server0:{agent}", interactionType = "generate", messages = new[] { new { role = "user", content = "go" } } },
    };
}
