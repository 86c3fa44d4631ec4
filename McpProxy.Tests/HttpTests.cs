using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol;

namespace McpProxy.Tests;

/// <summary>What the proxy answers over HTTP, beside the protocol itself.</summary>
public sealed class HttpTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

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
        Assert.Equal("Several servers have an agent 'echoAgent'. Say which one: 'server0:echoAgent' or 'server1:echoAgent'.", (await client.AskAsync("echoAgent", "hi")).Text());
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
    public async Task Ends_what_listens_and_finishes_what_works_when_it_stops()
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

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Says_that_it_is_well(string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var answer = await http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

        Assert.Equal("healthy", answer.Get("status").GetString());
    }

    [Fact]
    public async Task Tells_about_itself_its_servers_and_their_agents()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var status = await http.GetFromJsonAsync<JsonElement>("/status", TestContext.Current.CancellationToken);

        Assert.Equal("mcp-agent-proxy", status.Get("service").GetString());
        Assert.True(Version.TryParse(status.Get("version").GetString(), out _));
        Assert.Equal("local", status.Get("backend").GetString());
        Assert.Equal("healthy", status.Get("connections", "state").GetString());
        Assert.Equal("/mcp", status.Get("endpoints", "mcp").GetString());
        Assert.Equal(2, status.Get("agents", "serverAgents").GetArrayLength());
        Assert.Equal(10, status.Get("agents", "summary", "totalAgents").GetInt32());
        Assert.Equal(
            ["callAgent", "cancelAgentRun", "connectServer", "describeAgent", "disconnectServer", "getAgentRun", "listAgents"],
            status.Get("tools").EnumerateArray().Select(tool => tool.GetString()));
    }

    [Theory]
    [InlineData("/mcp/sse")]
    [InlineData("/mcp/message")]
    public async Task Sends_clients_of_the_former_transport_to_the_present_one(string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains("/mcp", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("http://localhost:5173", HttpStatusCode.OK)]
    [InlineData("http://127.0.0.1", HttpStatusCode.OK)]
    [InlineData("https://app.example", HttpStatusCode.OK)]
    [InlineData("http://app.example:8080", HttpStatusCode.OK)]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("https://app.example.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("file://", HttpStatusCode.Forbidden)]
    public async Task Lets_in_the_web_pages_it_was_told_to_and_no_others(string? origin, HttpStatusCode expected)
    {
        await using var proxy = await Proxy.StartAsync("MCP_ALLOWED_ORIGINS=app.example, other.example");
        using var http = new HttpClient { BaseAddress = proxy.Url };

        foreach (var path in new[] { "/mcp", "/status", "/health" })
        {
            using var request = new HttpRequestMessage(path is "/mcp" ? HttpMethod.Post : HttpMethod.Get, path);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            if (path is "/mcp")
            {
                request.Headers.Add("Accept", "application/json, text/event-stream");
                request.Content = new StringContent(Ping, Encoding.UTF8, "application/json");
            }

            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(expected, response.StatusCode);
            Assert.Equal(origin is not null && expected is HttpStatusCode.OK, response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("http://app.example", "http://app.example", true)]
    [InlineData("http://app.example/", "http://app.example:80", true)]
    [InlineData("http://app.example", "https://app.example", false)]
    [InlineData("http://app.example", "http://app.example:8080", false)]
    [InlineData("https://app.example:8443", "https://app.example:8443", true)]
    [InlineData("https://app.example:8443", "http://app.example:8443", false)]
    [InlineData("https://*.example", "https://app.example", true)]
    [InlineData("https://*.example", "http://app.example", false)]
    [InlineData("*", "https://anything.example:81", true)]
    [InlineData("*", "null", false)]
    [InlineData("*.example", "https://app.example", true)]
    [InlineData("*.example", "https://example", false)]
    [InlineData("*.example", "https://app.example.evil", false)]
    [InlineData("app.example:8080", "http://app.example:8080", true)]
    [InlineData("app.example:8080", "http://app.example", false)]
    public async Task Understands_the_ways_in_which_web_pages_are_written(string allowed, string origin, bool expected)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_ALLOWED_ORIGINS={allowed}");
        using var http = new HttpClient { BaseAddress = proxy.Url, DefaultRequestHeaders = { { "Origin", origin } } };

        using var response = await http.GetAsync("/alive", TestContext.Current.CancellationToken);

        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Shows_people_where_to_go()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var page = await http.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains("/mcp", page, StringComparison.Ordinal);
        foreach (Match link in Regex.Matches(page, "href=\"([^\"]+)\""))
        {
            using var response = await http.GetAsync(link.Groups[1].Value, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Serves_one_path_for_both_of_the_former_transport()
    {
        await using var proxy = await Proxy.StartAsync("MCP_SSE_PATH=/sse", "MCP_MESSAGE_PATH=/SSE/");
        using var http = new HttpClient { BaseAddress = proxy.Url };

        Assert.Equal(HttpStatusCode.Gone, (await http.GetAsync("/sse", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.2:0", "127.0.0.2")]
    [InlineData("http://[::ffff:127.0.0.1]:0", "127.0.0.1")]
    [InlineData("http://proxy.localhost:0", "127.0.0.1")]
    public async Task Counts_as_loopback_and_answers_to_its_address_wherever_on_loopback_it_listens(string url, string address)
    {
        var proxyUrl = url.Contains("localhost", StringComparison.Ordinal) ? url.Replace(":0", $":{FreePort.Next()}", StringComparison.Ordinal) : url;
        await using var proxy = await Proxy.StartAsync($"urls={proxyUrl}");
        await using var client = await Proxy.CreateClientAsync(new Uri($"http://{address}:{proxy.Url.Port}/mcp"));

        var failure = await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:9" });

        Assert.Contains("could not be reached", failure, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await SendRawAsync(Alive("evil.example"), new($"http://{address}:{proxy.Url.Port}")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "200")]
    [InlineData("10.1.2.3:3001", "200")]
    [InlineData("[fd00::1]", "200")]
    [InlineData("proxy:8080", "200")]
    [InlineData("proxy.agents.svc.cluster.local", "200")]
    [InlineData("host.docker.internal", "200")]
    [InlineData("evil.example", "400")]
    [InlineData("evil.example.", "400")]
    [InlineData("10.1.2.3.evil.example", "400")]
    public async Task Answers_to_no_public_name_while_everybody_may_come_in(string host, string expected)
    {
        await using var proxy = await Proxy.StartAsync("urls=http://0.0.0.0:0");
        var url = new Uri($"http://127.0.0.1:{proxy.Url.Port}");

        foreach (var path in new[] { "/", "/status", "/alive", "/mcp/sse" })
        {
            var answer = await SendRawAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", url);

            Assert.StartsWith($"HTTP/1.1 {(path is "/mcp/sse" && expected is "200" ? "410" : expected)}", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answers_to_public_names_that_it_was_told_and_to_any_when_it_asks_for_keys()
    {
        await using var named = await Proxy.StartAsync("urls=http://0.0.0.0:0", "AllowedHosts=agents.example");
        await using var locked = await Proxy.StartAsync("urls=http://0.0.0.0:0", "MCP_API_KEYS=key");

        Assert.StartsWith("HTTP/1.1 200", await SendRawAsync(Alive("agents.example"), new($"http://127.0.0.1:{named.Url.Port}")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await SendRawAsync(Alive("evil.example"), new($"http://127.0.0.1:{named.Url.Port}")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await SendRawAsync(Alive("agents.example"), new($"http://127.0.0.1:{locked.Url.Port}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_as_open_when_one_of_its_addresses_is()
    {
        await using var proxy = await Proxy.StartAsync("urls=http://*:0");
        await using var client = await Proxy.CreateClientAsync(new Uri($"http://127.0.0.1:{proxy.Url.Port}/mcp"));

        Assert.Contains("MCP_ALLOWED_SERVERS", await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:9" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "200")]
    [InlineData("127.0.0.1:80", "200")]
    [InlineData("[::1]", "200")]
    [InlineData("evil.example", "400")]
    [InlineData("127.0.0.1.evil.example", "400")]
    [InlineData("a b", "400")]
    public async Task Answers_to_its_own_names_only(string host, string expected)
        => Assert.StartsWith($"HTTP/1.1 {expected}", await SendRawAsync(Alive(host)), StringComparison.Ordinal);

    [Theory]
    [InlineData("GET // HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /%ZZ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Survives_requests_that_make_no_sense(string request)
    {
        Assert.Matches("^HTTP/1.1 4\\d\\d ", await SendRawAsync(request));
        Assert.StartsWith("HTTP/1.1 200", await SendRawAsync(Alive("localhost")), StringComparison.Ordinal);
    }

    private static string Alive(string host) => $"GET /alive HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

    private async Task<string> SendRawAsync(string request, Uri? proxyUrl = null)
    {
        var url = proxyUrl ?? fixture.Proxy.Url;
        using var socket = new TcpClient();
        await socket.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);

        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
