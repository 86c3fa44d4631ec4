using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Outbound;

/// <summary>Whom the proxy shows which credentials: the agent server they were configured for, and nobody else.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private const string Token = "canary-token";
    private const string ApiKey = "canary-key";
    private const string Inbound = "inbound-canary";

    private HostileAgentServer _home = null!;
    private HostileAgentServer _foreign = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Home => _home.Url(HostileAgentServer.Friendly);

    private string Foreign => _foreign.Url(HostileAgentServer.Friendly);

    public async ValueTask InitializeAsync()
    {
        _home = await HostileAgentServer.StartAsync(CancellationToken);
        _foreign = await HostileAgentServer.StartAsync(CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        await _foreign.DisposeAsync();
    }

    [Fact]
    public async Task Shows_credentials_to_the_server_they_are_for_and_to_no_other()
    {
        await using var proxy = await HostileServerFixture.StartAsync(
            $"{Home} {Foreign}", $"AGENT_SERVER_AUTH:server0:Token={Token}", $"AGENT_SERVER_AUTH:server0:ApiKey={ApiKey}");
        await using var client = await proxy.CreateClientAsync();

        var results = await UseAsync(client);

        Assert.NotEmpty(Friendly(_home));
        Assert.All(Friendly(_home), request => Assert.Equal(($"Bearer {Token}", ApiKey), (request.Headers["Authorization"], request.Headers["x-api-key"])));
        Assert.NotEmpty(_home.Requests.Except(Friendly(_home)));
        Assert.NotEmpty(_foreign.Requests);
        foreach (var text in _home.Requests.Except(Friendly(_home)).Concat(_foreign.Requests).Select(request => request.Everything)
            .Append(results).Append(proxy.Logs.Everything).Append(await StatusAsync(proxy)))
        {
            Assert.DoesNotContain(Token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(ApiKey, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Leaves_out_the_line_break_at_the_end_of_a_credential_that_was_read_from_a_file()
    {
        await using var proxy = await HostileServerFixture.StartAsync(
            Home, $"AGENT_SERVER_AUTH:server0:Token={Token}\n", $"AGENT_SERVER_AUTH:server0:ApiKey= {ApiKey}\r\n");
        await using var client = await proxy.CreateClientAsync();

        Assert.False((await client.AskAsync("echo", "Hello")).IsError is true);

        Assert.All(_home.Requests, request => Assert.Equal(($"Bearer {Token}", ApiKey), (request.Headers["Authorization"], request.Headers["x-api-key"])));
    }

    [Fact]
    public async Task Passes_on_no_credentials_or_cookies_of_an_MCP_client()
    {
        await using var proxy = await HostileServerFixture.StartAsync($"{Home} {Foreign}");
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = proxy.Endpoint,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string>
                {
                    ["Authorization"] = $"Bearer {Inbound}",
                    ["x-api-key"] = Inbound,
                    ["Cookie"] = $"session={Inbound}",
                    ["X-Forwarded-User"] = Inbound,
                    ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    ["baggage"] = $"user={Inbound}",
                },
            }),
            cancellationToken: CancellationToken);

        var results = await UseAsync(client);

        string[] own =
        [
            "Host", "traceparent", "tracestate", "x-mcp-proxy-hops", "Content-Type", "Content-Length", "Transfer-Encoding", "Accept", "A2A-Version",
        ];
        Assert.All(_home.Requests.Concat(_foreign.Requests), request => Assert.Empty(request.Headers.Keys.Except(own)));
        Assert.All(_home.Requests.Concat(_foreign.Requests), request => Assert.DoesNotContain(Inbound, request.Everything, StringComparison.Ordinal));
        Assert.DoesNotContain(Inbound, results, StringComparison.Ordinal);
        Assert.DoesNotContain(Inbound, proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binds_credentials_to_a_url_so_that_no_one_gets_them_by_taking_the_name()
    {
        await using var proxy = await HostileServerFixture.StartAsync("", $"AGENT_SERVER_AUTH:team:Token={Token}", $"AGENT_SERVER_AUTH:team:Url={Home}/");
        await using var client = await proxy.CreateClientAsync();

        await client.FieldsAsync("connectServer", new { serverUrl = Foreign, serverName = "team" });
        await client.FieldsAsync("connectServer", new { serverUrl = Home, serverName = "mine" });

        Assert.All(_foreign.Requests, request => Assert.DoesNotContain("Authorization", request.Headers.Keys));
        Assert.All(_home.Requests, request => Assert.Equal($"Bearer {Token}", request.Headers["Authorization"]));
        Assert.NotEmpty(_foreign.Requests);
        Assert.NotEmpty(_home.Requests);
    }

    [Fact]
    public async Task Prefers_the_credentials_of_a_server_to_the_key_for_its_type()
    {
        await using var proxy = await HostileServerFixture.StartAsync(
            $"billing=langgraph+{_home.Url(HostileAgentServer.FriendlyGraph)} langgraph+{_foreign.Url(HostileAgentServer.FriendlyGraph)} mastra+{Home}",
            $"AGENT_SERVER_AUTH:billing:Token={Token}",
            $"LANGSMITH_API_KEY={ApiKey}");
        await using var client = await proxy.CreateClientAsync();

        await client.FieldsAsync("listAgents");

        Assert.Equal((null, null), Assert.Single(Friendly(_home).Select(Shown).Distinct()));
        Assert.Equal(($"Bearer {Token}", null), Assert.Single(_home.Requests.Except(Friendly(_home)).Select(Shown).Distinct()));
        Assert.Equal((null, ApiKey), Assert.Single(_foreign.Requests.Select(Shown).Distinct()));

        static (string?, string?) Shown(RecordedRequest request)
            => (request.Headers.GetValueOrDefault("Authorization"), request.Headers.GetValueOrDefault("x-api-key"));
    }

    [Fact]
    public async Task Shows_the_key_for_LangGraph_servers_only_to_those_that_ask_for_it()
    {
        await using var proxy = await HostileServerFixture.StartAsync(
            $"{Home} {_home.Url("html")} {_home.Url("empty")} {_home.Url(HostileAgentServer.FriendlyGraph)}", $"LANGSMITH_API_KEY={ApiKey}");
        await using var client = await proxy.CreateClientAsync();

        await client.FieldsAsync("listAgents");
        Assert.All(_home.Requests, request => Assert.DoesNotContain("x-api-key", request.Headers.Keys));

        await client.AskAsync("server3:echo", "Hello");
        Assert.Equal(ApiKey, _home.Requests[^1].Headers["x-api-key"]);
    }

    [Fact]
    public async Task A_server_that_nobody_named_can_get_credentials_under_any_name()
    {
        var serverUrl = _home.Url("error401");
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl });

        Assert.Contains("Set AGENT_SERVER_AUTH__<any name>__Token (bearer)", failure, StringComparison.Ordinal);
        Assert.Contains($"and AGENT_SERVER_AUTH__<any name>__Url={serverUrl} where the proxy runs", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("custom", failure, StringComparison.Ordinal);
    }

    /// <summary>Uses every tool on both servers, on other servers at the same host, and on one that redirects.</summary>
    private async Task<string> UseAsync(McpClient client)
    {
        List<CallToolResult> results =
        [
            await client.CallAsync("listAgents"),
            await client.AskAsync("server0:echo", "Hello"),
            await client.AskAsync("server1:echo", "Hello", "stream"),
            await client.AskAsync("server0:error500json", "Hello"),
            await client.AskAsync("server0:redirect", "Hello"),
            await client.CallAsync("describeAgent", new { agentId = "server0:echo" }),
            await client.CallAsync("describeAgent", new { agentId = "echo", serverUrl = Foreign }),
            await client.CallAsync("connectServer", new { serverUrl = _home.Url("poisoned") }),
            await client.CallAsync("connectServer", new { serverUrl = _foreign.Url("poisoned"), serverName = "other" }),
            await client.CallAsync("connectServer", new { serverUrl = _foreign.Url("redirect") }),
        ];

        return JsonSerializer.Serialize(results, McpJsonUtilities.DefaultOptions);
    }

    private static IReadOnlyList<RecordedRequest> Friendly(HostileAgentServer server)
        => [.. server.Requests.Where(request => request.Path.StartsWith($"/{HostileAgentServer.Friendly}/", StringComparison.Ordinal))];

    private static async Task<string> StatusAsync(Proxy proxy)
    {
        using var http = new HttpClient();

        return await http.GetStringAsync(new Uri(proxy.Url, "/status"), CancellationToken);
    }
}
