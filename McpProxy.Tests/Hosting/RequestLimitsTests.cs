namespace McpProxy.Tests.Hosting;

/// <summary>Requests that are wrong, incomplete or slow, and what is answered to them.</summary>
public sealed class RequestLimitsTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
    private const string NoMessage = "did not contain a valid JSON-RPC message";

    private static readonly string[] _revisions = ["", "MCP-Protocol-Version: 2025-11-25\r\n", "MCP-Protocol-Version: 2026-07-28\r\n"];

    [Theory]
    [InlineData("", Ping, "415", "Content-Type: application/json")]
    [InlineData("Content-Type: ;;;\r\n", Ping, "415", "Content-Type: application/json")]
    [InlineData("Content-Type: text/plain\r\n", Ping, "415", "Content-Type: application/json")]
    [InlineData("Content-Type: application/json; charset=nonsense\r\n", Ping, "415", "UTF-8")]
    [InlineData("Content-Type: application/json; charset=\"UTF-8\"\r\n", Ping, "200", "\"result\":{}")]
    [InlineData("Content-Type: application/json\r\n", "", "400", NoMessage)]
    [InlineData("Content-Type: application/json\r\n", "[", "400", NoMessage)]
    [InlineData("Content-Type: application/json\r\n", """{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""", "400", NoMessage)]
    [InlineData("Content-Type: application/json\r\n", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1,"a":2}}""", "400", "params has two members")]
    [InlineData("Content-Type: application/json\r\n", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\ud800"}}""", "400", "params.a holds text")]
    [InlineData("Content-Type: application/json\r\n", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\udfff"}}""", "400", NoMessage)]
    [InlineData("Content-Type: application/json\r\n", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[1e400]}}""", "400", "params.a[0] is too large")]
    [InlineData("Content-Type: application/json\r\n", """{"jsonrpc":"2.0","id":9223372036854775808,"method":"ping"}""", "400", "error")]
    public async Task A_request_that_is_wrong_is_answered_with_a_sentence(string headers, string body, string status, string sentence)
    {
        await using var proxy = await StartAsync();

        foreach (var revision in status is "200" ? [""] : _revisions)
        {
            var answer = await SendAsync(proxy, RawConnection.Post(body, headers + revision));

            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
            Assert.Contains(sentence, answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Exception", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("initialize", """{"protocolVersion":5}""")]
    [InlineData("initialize", """{"protocolVersion":"2025-11-25","capabilities":{"roots":7},"clientInfo":{"name":"x","version":"1"}}""")]
    [InlineData("tools/list", "[]")]
    [InlineData("tools/call", "null")]
    [InlineData("tools/call", """{"name":5}""")]
    [InlineData("tools/call", """{"name":"listAgents","arguments":[]}""")]
    public async Task Parameters_of_another_shape_are_refused_with_a_sentence(string method, string parameters)
    {
        await using var proxy = await StartAsync();
        var message = $$"""{"jsonrpc":"2.0","id":7,"method":"{{method}}","params":{{parameters}} }""";

        var modern = $"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\nMcp-Name: listAgents\r\n";

        foreach (var headers in method is "initialize" ? [""] : new[] { "", modern })
        {
            var answer = await SendAsync(proxy, RawConnection.Post(message, $"Content-Type: application/json\r\n{headers}"));

            Assert.StartsWith(headers is "" ? "HTTP/1.1 " : "HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains(headers is "" ? "-32602" : "\"code\":-32", answer, StringComparison.Ordinal);
            Assert.Contains("\"id\":7", answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Error: ", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_of_impossible_length_is_answered_with_400()
    {
        await using var proxy = await StartAsync();

        var answer = await SendAsync(
            proxy,
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nabc\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("jsonrpc", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NAME", "{}", "400")]
    [InlineData("tools/call", """{"name":"NAME"}""", "400")]
    [InlineData("tools/call", """{"name":"describeAgent","arguments":{"agentId":"NAME"}}""", "200")]
    [InlineData("tools/call", """{"name":"describeAgent","arguments":{"agentId":"NAME:x"}}""", "200")]
    [InlineData("tools/call", """{"name":"describeAgent","arguments":{"agentId":"NAME:"}}""", "200")]
    [InlineData("tools/call", """{"name":"describeAgent","arguments":{"agentId":"x","serverUrl":"NAME"}}""", "200")]
    [InlineData("tools/call", """{"name":"connectServer","arguments":{"serverUrl":"NAME"}}""", "200")]
    [InlineData("tools/call", """{"name":"connectServer","arguments":{"serverUrl":"http://x","serverName":"NAME"}}""", "200")]
    [InlineData("tools/call", """{"name":"disconnectServer","arguments":{"serverName":"NAME"}}""", "200")]
    [InlineData("tools/call", """{"name":"getAgentRun","arguments":{"runId":"NAME"}}""", "200")]
    public async Task A_name_of_megabytes_is_neither_answered_nor_written_into_the_log(string method, string parameters, string status)
    {
        await using var proxy = await StartAsync();

        var body = $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}} }""";
        var answer = await SendAsync(proxy, RawConnection.Post(body.Replace("NAME", new string('x', 3_900_000), StringComparison.Ordinal)));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.InRange(answer.Length, 0, 5_000);
        Assert.InRange(proxy.Logs.Everything.Length, 0, 20_000);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_body_that_stops_on_its_way_is_cut(string revision)
    {
        await using var proxy = await StartAsync("MCP_REQUEST_IDLE_SECONDS=1");

        var answer = await SendAsync(
            proxy,
            RawConnection.Head(3_000_000, $"Content-Type: application/json\r\nMCP-Protocol-Version: {revision}\r\n") + new string('x', 1_000_000),
            toEnd: true);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("MCP_REQUEST_IDLE_SECONDS", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_stops_on_its_way_is_cut()
    {
        await using var proxy = await StartAsync("MCP_REQUEST_IDLE_SECONDS=1");

        Assert.StartsWith("HTTP/1.1 408 ", await SendAsync(proxy, "POST /mcp HTTP/1.1\r\nHost: loc", toEnd: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_more_connections_than_allowed_until_one_is_closed()
    {
        await using var proxy = await StartAsync("MCP_MAX_CLIENT_CONNECTIONS=2");
        using var one = await OpenAsync();
        using var two = await OpenAsync();

        Assert.NotNull(one);
        Assert.NotNull(two);
        Assert.Null(await OpenAsync());

        one.Dispose();
        await Wait.UntilAsync(async () =>
        {
            using var three = await OpenAsync();

            return three is not null;
        });

        async Task<RawConnection?> OpenAsync()
        {
            var connection = await RawConnection.OpenAsync(proxy.Url);
            try
            {
                await connection.SendAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n");
                if ((await connection.ReadToAsync("healthy")).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                {
                    return connection;
                }
            }
            catch (IOException)
            {
                // It was closed before anything could be sent.
            }

            connection.Dispose();

            return null;
        }
    }

    [Theory]
    [InlineData("GET // HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /%ZZ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Survives_requests_that_make_no_sense(string request)
    {
        await using var proxy = await StartAsync();

        Assert.Matches("^HTTP/1.1 4\\d\\d ", await RawConnection.AskAsync(proxy.Url, request));
        Assert.StartsWith(
            "HTTP/1.1 200",
            await RawConnection.AskAsync(proxy.Url, "GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal);
    }

    private static Task<Proxy> StartAsync(params string[] settings)
        => Proxy.StartAsync(["Logging:LogLevel:Default=Information", "Logging:Console:LogLevel:Default=None", .. settings]);

    private static async Task<string> SendAsync(Proxy proxy, string request, bool toEnd = false)
    {
        using var connection = await RawConnection.OpenAsync(proxy.Url);
        await connection.SendAsync(request);

        return await connection.ReadToAsync(toEnd ? "\0" : "\"jsonrpc\":\"2.0\"}");
    }
}
