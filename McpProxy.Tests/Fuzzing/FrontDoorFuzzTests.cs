using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using McpProxy.Api.Mcp;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Fuzzing;

/// <summary>Whatever somebody sends to the MCP endpoint, it is answered, refused with a status of the 400s, or cut off.</summary>
public sealed class FrontDoorFuzzTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static readonly TimeSpan _longestAnswer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longestEnd = TimeSpan.FromMinutes(1);

    private const string Legacy = "2025-11-25";
    private const string Filled = """
        "inputResponses":{"answer":{"action":"accept","content":{"answer":true}}}
        """;

    private static readonly string[] _verbs =
    [
        "GET /mcp", "DELETE /mcp", "PUT /mcp", "OPTIONS /mcp", "POST /MCP/", "POST /mcp?x=%zz", "GET /status", "GET /", "GET /mcp/sse", "POST /mcp/../mcp",
        "POST //mcp", "POST \xff", "POST http://[/mcp", "x",
    ];

    private static readonly string[] _headers =
    [
        "", "Host: [", "Host: a b", "Host: evil.example.com", "Host: \xff", "Origin: null", "Origin: http://[", "Origin: http://localhost",
        "Origin: https://\u00fc\xff",
        "Content-Type: application/json; charset=\"", "Content-Type: application/json;charset=utf-16", "Content-Type: text/plain", "Content-Type: ;;;",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999", "Content-Length: 5", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Accept: ", "Accept: text/html",
        "Accept: ;q=", "Authorization: Bearer \xff", "Authorization: ", "Mcp-Session-Id: x", "Mcp-Session-Id: \x01", "MCP-Protocol-Version: ",
        "MCP-Protocol-Version: 1",
        "MCP-Protocol-Version: 9999-99-99", "MCP-Protocol-Version: 2026-07-28", "MCP-Protocol-Version: 2025-03-26", "Mcp-Method: tools/list", "Mcp-Name: \xff",
        "Mcp-Name: =?base64?!!!?=", "Mcp-Name: =?base64?/w==?=", "Last-Event-ID: \x02", "Last-Event-ID: -1", "x-mcp-proxy-hops: -1", "x-mcp-proxy-hops: 1e9",
        "tracestate: mcpproxy=,=,mcpproxy=99999999999", "traceparent: 00-zz-zz-zz", "baggage: \xff=%zz", "Expect: 100-continue",
        "Connection: upgrade\r\nUpgrade: websocket",
        "Access-Control-Request-Method: \xff", "nonsense", ": x", " folded", $"x: {new string('x', 40_000)}", $"Cookie: {new string(';', 5000)}",
    ];

    private static readonly string[] _bodies =
    [
        Message("initialize", """{"protocolVersion":"2025-11-25","capabilities":{"roots":{"listChanged":true}},"clientInfo":{"name":"x","version":"1"}}"""),
        Message("ping", "{}"),
        Message("tools/list", """{"cursor":null}"""),
        Message("logging/setLevel", """{"level":"debug"}"""),
        Message("completion/complete", """{"ref":{"type":"ref/prompt","name":"x"},"argument":{"name":"a","value":"b"}}"""),
        Message("resources/read", """{"uri":"file:///x"}"""),
        Message("prompts/get", """{"name":"x","arguments":{"a":"b"}}"""),
        """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
        """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"x"}}""",
        """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":1}}""",
        """{"jsonrpc":"2.0","id":7,"result":{"roots":[]}}""",
        """{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"x","data":{}}}""",
        """[{"jsonrpc":"2.0","id":7,"method":"ping"}]""",
        Tool("listAgents", "{}"),
        Tool("describeAgent", """{"agentId":"server0:echoAgent","serverUrl":null}"""),
        Tool("callAgent", """{"targetAgentId":"server0:echoAgent","messages":[{"role":"user","content":"hi"}],"interactionType":"stream"}"""),
        Tool("callAgent", """{"targetAgentId":"server1:echoAgent","message":"hi","agentOptions":{"a":{"b":1}},"threadId":"new","resourceId":"r"}"""),
        Tool("callAgent", """{"targetAgentId":"server1:echoAgent","threadId":"00000000-0000-4000-8000-000000000000","resume":{"a":[1,null]}}"""),
        Tool("getAgentRun", """{"runId":"run_x","waitSeconds":0}"""),
        Tool("cancelAgentRun", """{"runId":"run_x"}"""),
        Tool("connectServer", """{"serverUrl":"http://127.0.0.1:1/x","serverName":"x","serverType":"mastra","validateConnection":false}"""),
        Tool("disconnectServer", """{"serverName":"x"}"""),
        Tool("callAgent", """{"targetAgentId":"server1:approvalAgent","message":"hi"}"""),
        Message(
            "tools/call",
            $$$"""{"name":"callAgent","arguments":{"targetAgentId":"server1:approvalAgent","message":"hi"},"requestState":"x",{{{Filled}}} }"""),
        Message("tasks/get", """{"taskId":"run_x"}"""),
        Message("tasks/update", $$$"""{"taskId":"run_x",{{{Filled}}} }"""),
        Message("tasks/cancel", """{"taskId":"run_x"}"""),
    ];

    private static readonly Gen<string> _requests =
        from right in Gen.OneOf(_bodies)
        from isModern in Gen.Bool
        from body in Wrong.Json(isModern ? Modern(right) : right)
        from bytes in Wrong.Bytes(body)
        from added in Gen.OneOf(_headers).Array[0, 2]
        from verb in Gen.Frequency((20, Gen.Const("POST /mcp")), (1, Gen.OneOf(_verbs)))
        from version in Gen.Frequency((30, Gen.Const("HTTP/1.1")), (1, Gen.OneOf("HTTP/1.0", "HTTP/2.0", "HTTP/9", "")))
        from request in Wrong.Bytes(Request($"{verb} {version}", right, bytes, isModern, added))
        select request;

    [Fact]
    public async Task Every_request_is_answered_or_refused()
    {
        await using var proxy = await StartAsync();

        await Fuzz.EachAsync(
            _requests,
            1200,
            async request =>
            {
                using var connection = await RawConnection.OpenAsync(proxy.Url);
                var answer = "";
                try
                {
                    await connection.SendAsync(Wrong.ToBytes(request));
                    var reading = connection.ReadToEndAsync();
                    await Task.WhenAny(reading, Task.Delay(_longestAnswer, TestContext.Current.CancellationToken));

                    // What is kept open is closed here. Earlier, that would end what is being answered.
                    connection.EndSending();
                    answer = await reading;
                }
                catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
                {
                    // It was cut off before all was sent.
                }

                IsExpected(answer);
            },
            atOnce: 24);

        AgentServerFuzzTests.AssertNoBugs(proxy);
        Assert.StartsWith("HTTP/1.1 200", await RawConnection.AskAsync(proxy.Url, "GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    }

    /// <summary>The same messages over stdio: what can't be read is passed over or answered, and what comes next is answered.</summary>
    [Fact]
    public async Task Every_line_is_answered_or_passed_over()
    {
        var lines = new List<string>();
        await Fuzz.Each(
            Wrong.Json(_bodies).SelectMany(Wrong.Bytes),
            300,
            line => lines.Add(line.ReplaceLineEndings(" ").Replace("\"id\":7", $"\"id\":{lines.Count}", StringComparison.Ordinal)));
        lines.Add(Message("ping", "{}").Replace("\"id\":7", "\"id\":\"last\"", StringComparison.Ordinal));
        using var process = ProxyProgram.Start(
            ["--stdio"], ["Logging__LogLevel__Default=Error", $"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}", "MCP_DISCOVERY_TIMEOUT_SECONDS=1"]);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var writing = Task.Run(
            async () =>
            {
                await process.StandardInput.BaseStream.WriteAsync(Wrong.ToBytes(string.Concat(lines.Select(line => $"{line}\n"))));
                process.StandardInput.Close();
            },
            TestContext.Current.CancellationToken);

        var answers = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(_longestEnd, TestContext.Current.CancellationToken);
        await writing;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await errors);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\"id\":\"last\"", answers, StringComparison.Ordinal);
        foreach (var answer in answers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            IsExpectedMessage(answer, id => lines.Find(line => Id(line) is { } other && JsonElement.DeepEquals(other, id)));
        }
    }

    private Task<Proxy> StartAsync() => Proxy.StartAsync(
        "Logging:LogLevel:Default=Error",
        "Logging:Console:LogLevel:Default=None",
        $"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}",
        "MCP_REQUEST_IDLE_SECONDS=1",
        "MCP_DISCOVERY_TIMEOUT_SECONDS=2");

    private static string Message(string method, string parameters) => $$"""{"jsonrpc":"2.0","id":7,"method":"{{method}}","params":{{parameters}} }""";

    private static string Tool(string name, string arguments)
        => Message("tools/call", $$$"""{"name":"{{{name}}}","arguments":{{{arguments}}},"_meta":{"progressToken":1,"mcp-agent-proxy/hops":0} }""");

    /// <summary>As clients of 2026-07-28 write it, if it is a request.</summary>
    private static string Modern(string message)
    {
        var modern = JsonNode.Parse(message)!;
        if (modern is JsonObject && modern["params"] is JsonObject parameters)
        {
            var meta = parameters["_meta"] ??= new JsonObject();
            (meta[MetaKeys.ProtocolVersion], meta[MetaKeys.ClientCapabilities]) = (McpRequest.Modern, JsonNode.Parse(TaskClient.Capabilities));
        }

        return modern.ToJsonString();
    }

    private static string Request(string line, string right, string body, bool isModern, string[] added)
    {
        var message = JsonNode.Parse(right) as JsonObject;
        var (method, name) = ((string?)message?["method"], (string?)(message?["params"]?["name"] ?? message?["params"]?["taskId"]));
        string[] headers =
        [
            "Host: localhost",
            "Content-Type: application/json",
            "Accept: application/json, text/event-stream",
            $"MCP-Protocol-Version: {(isModern ? McpRequest.Modern : Legacy)}",
            $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}",
            "Connection: close",
            .. isModern && method is not null ? [$"Mcp-Method: {method}"] : Array.Empty<string>(),
            .. isModern && name is not null ? [$"Mcp-Name: {name}"] : Array.Empty<string>(),
        ];
        var told = headers.Where(header => !added.Any(other => other.StartsWith(header.Split(':')[0] + ":", StringComparison.Ordinal))).Concat(added);

        return $"{line}\r\n{string.Concat(told.Select(header => $"{header}\r\n"))}\r\n{body}";
    }

    private static void IsExpected(string answer)
    {
        if (answer is "")
        {
            return;
        }

        Assert.Matches("^HTTP/1.1 (1|2|4|505)", answer);
        foreach (var line in answer.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)))
        {
            IsExpectedMessage(line["data: ".Length..]);
        }
    }

    private static JsonElement? Id(string line)
    {
        try
        {
            var message = JsonElement.Parse(Wrong.ToBytes(line));

            return message.ValueKind is JsonValueKind.Object && message.TryGetProperty("id", out var id) ? id : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsUnreadable(string line) => UnreadableJson.FindProblem(JsonElement.Parse(Wrong.ToBytes(line))) is not null;

    /// <summary>A failure that nobody has foreseen is told as an internal error, or as a tool's error of no kind.</summary>
    private static void IsExpectedMessage(string json, Func<JsonElement, string?>? request = null)
    {
        var message = JsonElement.Parse(json);
        var asked = message.TryGetProperty("id", out var id) ? request?.Invoke(id) : null;
        if (message.TryGetProperty("error", out var error))
        {
            // Over stdio, the SDK reads metadata before anything of ours, and says no more of a name in it that comes twice.
            Assert.True(error.Get("code").GetInt32() is not -32603 || (asked is not null && IsUnreadable(asked)), $"{asked}\n{json}");
        }
        else if (message.TryGetProperty("result", out var result)
            && result.TryGetProperty("isError", out var isError)
            && isError.ValueKind is JsonValueKind.True)
        {
            Assert.True(result.TryGetProperty("structuredContent", out _), $"{asked}\n{json}");
        }
    }
}
