using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using McpProxy.Api;
using McpProxy.Api.Callers;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;
using McpProxy.Api.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpProxy.Tests.Outbound;

public sealed class GuardedConnectorTests : IAsyncLifetime
{
    private static readonly IPAddress _metadata = IPAddress.Parse("169.254.169.254");
    private static readonly IPAddress _public = IPAddress.Parse("8.8.8.8");

    private readonly List<string> _asked = [];
    private readonly List<IHost> _hosts = [];
    private HostileAgentServer _hostile = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private int Port => new Uri(_hostile.Url("")).Port;

    public async ValueTask InitializeAsync() => _hostile = await HostileAgentServer.StartAsync(CancellationToken);

    public ValueTask DisposeAsync()
    {
        _hosts.ForEach(host => host.Dispose());

        return _hostile.DisposeAsync();
    }

    [Fact]
    public async Task Dials_the_address_that_was_checked_and_asks_for_the_name_once()
    {
        await ReadAsync($"http://agents.example.com:{Port}/friendly", true, [IPAddress.Loopback]);

        Assert.Equal(["agents.example.com"], _asked);
        Assert.Equal($"agents.example.com:{Port}", Assert.Single(_hostile.Requests).Headers["Host"]);
    }

    [Fact]
    public async Task Refuses_a_name_that_leads_to_a_public_and_a_near_address()
    {
        var exception = await Refused($"http://agents.example.com:{Port}/friendly", false, [_public, IPAddress.Loopback]);

        Assert.Equal(
            $"'agents.example.com:{Port}' can't be used: it leads to a loopback address, and this proxy can be reached from other machines. "
            + "Whoever runs it can allow that by adding 'agents.example.com' to the setting MCP_ALLOWED_SERVERS.",
            exception.Message);
        Assert.Empty(_hostile.Requests);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("0.0.0.0")]
    [InlineData("fe80::1")]
    public async Task Refuses_a_name_that_leads_where_no_agent_server_lives(string address)
    {
        var exception = await Refused($"http://agents.example.com:{Port}/friendly", true, [IPAddress.Loopback, IPAddress.Parse(address)]);

        Assert.Contains("where the proxy never connects", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(address, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_hostile.Requests);
    }

    [Fact]
    public async Task Checks_every_new_connection()
    {
        var http = Http(true, [IPAddress.Loopback], [_metadata]);
        var server = Server($"http://agents.example.com:{Port}/reset");

        await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, server));
        var exception = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, server));

        Assert.Equal(ErrorKind.RefusedByPolicy, exception.Kind);
        Assert.Equal(2, _asked.Count);
        Assert.Single(_hostile.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://0xa9fea9fe")]
    public async Task Checks_addresses_as_it_does_names(string url)
    {
        var http = Http(true);

        Assert.Equal(ErrorKind.RefusedByPolicy, (await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, Server(url)))).Kind);
    }

    [Fact]
    public async Task Connects_to_a_near_address_that_is_configured()
    {
        await ReadAsync($"http://agents.example.com:{Port}/friendly", false, [IPAddress.Loopback], allowed: "*.example.com");
        await ReadAsync($"http://localhost:{Port}/friendly", false, [IPAddress.Loopback], agentServers: $"http://localhost:{Port}");
        await ReadAsync($"http://127.0.0.1:{Port}/friendly", false, [IPAddress.Loopback], allowed: "127.0.0.1");

        Assert.Equal(3, _hostile.Requests.Count);
    }

    [Fact]
    public async Task Goes_on_to_the_next_address_when_nothing_listens_at_one()
    {
        await ReadAsync($"http://agents.example.com:{Port}/friendly", true, [IPAddress.IPv6Loopback, IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]);

        Assert.Single(_hostile.Requests);
    }

    [Fact]
    public async Task Sends_a_call_that_is_refused_to_nobody_and_does_not_try_again()
    {
        var http = Http(true, [_metadata]);

        var exception = await Assert.ThrowsAsync<ProxyException>(
            () => http.CallAsync(
                Server("http://agents.example.com"),
                ServerRequest.Post("api/agents/echo/generate", []),
                Caller.Anyone,
                1,
                MemoryLease.Unlimited,
                CancellationToken));

        Assert.Equal(ErrorKind.RefusedByPolicy, exception.Kind);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Follows_no_redirect()
    {
        var http = Http(true, [IPAddress.Loopback]);

        var exception = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, Server($"http://agents.example.com:{Port}/redirect")));

        Assert.Equal(ErrorKind.Rejected, exception.Kind);
        Assert.Contains("redirects", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["agents.example.com"], _asked);
    }

    [Fact]
    public async Task Sends_nothing_of_one_answer_along_with_the_next_request()
    {
        var http = Http(true, [IPAddress.Loopback]);
        var server = Server($"http://agents.example.com:{Port}/friendly");

        await ReadAsync(http, server);
        await ReadAsync(http, server);

        Assert.Equal(2, _hostile.Requests.Count);
        Assert.All(_hostile.Requests, request => Assert.Equal(["Host"], request.Headers.Keys.Except(["traceparent", "Request-Id"])));
    }

    [Fact]
    public async Task Says_that_a_name_has_no_address()
    {
        var http = Http(true, []);

        var exception = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, Server("http://agents.example.com")));

        Assert.Equal(ErrorKind.Unreachable, exception.Kind);
        Assert.Contains("has no address", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_nothing_listens()
    {
        var http = Http(true, [IPAddress.Loopback]);

        var exception = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, Server(_hostile.DeafUrl)));

        Assert.Equal(ErrorKind.Unreachable, exception.Kind);
    }

    [Fact]
    public async Task Does_not_wait_forever_for_a_secure_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var http = Http(true, [IPAddress.Loopback]);

        var exception = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(http, Server($"https://{listener.LocalEndpoint}")));

        Assert.Contains("did not complete the connection in time", exception.Message, StringComparison.Ordinal);
    }

    private async Task ReadAsync(string url, bool listensOnLoopback, IPAddress[] addresses, string agentServers = "", string allowed = "")
    {
        var http = Http(new ConnectionOptions { AgentServers = agentServers, AllowedServers = allowed }, listensOnLoopback, addresses);
        await ReadAsync(http, Server(url));
    }

    private async Task<ProxyException> Refused(string url, bool listensOnLoopback, IPAddress[] addresses)
    {
        var exception = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(url, listensOnLoopback, addresses));
        Assert.Equal(ErrorKind.RefusedByPolicy, exception.Kind);

        return exception;
    }

    private static Task<JsonObject> ReadAsync(AgentHttpClient http, AgentServer server)
        => http.GetAsync(server, ServerRequest.Get("api/agents"), OutboundJsonContext.Default.JsonObject, Caller.Anyone, CancellationToken);

    private AgentHttpClient Http(bool listensOnLoopback, params IPAddress[][] answers) => Http(new(), listensOnLoopback, answers);

    /// <summary>Sends through a resolver that gives one answer after the other; without any, through that of the operating system.</summary>
    private AgentHttpClient Http(ConnectionOptions connections, bool listensOnLoopback, params IPAddress[][] answers)
    {
        Assert.Empty(connections.Validate(new ValidationContext(connections)));
        var connector = new GuardedConnector(new(connections, listensOnLoopback), answers.Length is 0 ? null : (host, _) =>
        {
            _asked.Add(host);

            return Task.FromResult(answers[Math.Min(_asked.Count, answers.Length) - 1]);
        });
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["MCP_READ_RETRIES"] = "0";
        builder.Configuration["MCP_DISCOVERY_TIMEOUT_SECONDS"] = "30";
        builder.ReadSettings(ProxyApp.Options);
        builder.AddOutbound();
        builder.Services.AddSingleton(connections).AddSingleton(connector).AddSingleton(TimeProvider.System).AddSingleton(new MemoryBudgets(new()));
        var host = builder.Build();
        _hosts.Add(host);

        return host.Services.GetRequiredService<AgentHttpClient>();
    }

    private static AgentServer Server(string text)
    {
        Assert.Null(ServerUrl.Check(text, out var url));

        return new("hostile", url!);
    }
}
