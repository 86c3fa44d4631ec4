using McpProxy.Api;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;
using McpProxy.Api.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using Polly.CircuitBreaker;

namespace McpProxy.Tests.Outbound;

/// <summary>
/// A library that makes its own requests and is handed an <see cref="HttpClient"/>, as a dialect may use one: on the way out it gets what the proxy's own
/// requests get. The library is an MCP client, and what it calls another proxy in front of an agent server.
/// </summary>
public sealed class ForeignLibraryTests
{
    private const string Key = "key-of-the-other-proxy";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_hops_and_credentials_along()
    {
        await using var agents = await HostileAgentServer.StartAsync(CancellationToken);
        await using var other = await Proxy.StartAsync($"AGENT_SERVERS={agents.Url(HostileAgentServer.Friendly)}", $"MCP_API_KEYS={Key}");
        await using var app = Build(other.Url.ToString(), $"--AGENT_SERVER_AUTH:server0:Token={Key}");
        using var http = CreateClient(app, hops: 3);
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = other.Endpoint, TransportMode = HttpTransportMode.StreamableHttp }, http),
            cancellationToken: CancellationToken);

        Assert.Equal("well", (await client.AskAsync("server0:echo", "Hello")).Text());
        Assert.Equal("4", Assert.Single(agents.Requests, request => request.IsCall).Headers["x-mcp-proxy-hops"]);
    }

    [Fact]
    public async Task Leaves_a_server_alone_that_fails()
    {
        await using var app = Build(FreePort.Url(), "--MCP_CIRCUIT_FAILURES=2", "--MCP_CALL_RETRIES=0");
        using var http = CreateClient(app);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("x", CancellationToken));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("x", CancellationToken));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => http.GetAsync("x", CancellationToken));
    }

    [Fact]
    public async Task Goes_nowhere_where_it_must_not()
    {
        await using var app = Build("http://127.0.0.1:9");
        using var http = CreateClient(app);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("http://169.254.169.254/latest/meta-data/", CancellationToken));

        Assert.Equal(ErrorKind.RefusedByPolicy, Assert.IsType<ProxyException>(failure.InnerException).Kind);
    }

    private static WebApplication Build(string agentServer, params string[] settings)
        => ProxyApp.Build(["--Logging:LogLevel:Default=None", $"--AGENT_SERVERS={agentServer}", .. settings]);

    /// <summary>The way of calls, behind a handler that says what they are, since the library knows nothing of that.</summary>
    private static HttpClient CreateClient(WebApplication app, int? hops = null)
    {
        var server = app.Services.GetRequiredService<ConnectionOptions>().StaticServers[0];
        var calls = app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(OutboundExtensions.Calls);

        return new(new AddressingHandler(new(server, new Deadline(server.Subject, null, CancellationToken), hops), calls)) { BaseAddress = server.Url.Root };
    }

    private sealed class AddressingHandler(AgentRequest about, HttpMessageHandler next) : DelegatingHandler(next)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            about.AddTo(request);

            return base.SendAsync(request, cancellationToken);
        }
    }
}
