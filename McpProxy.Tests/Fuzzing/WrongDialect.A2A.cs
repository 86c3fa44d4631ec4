namespace McpProxy.Tests.Fuzzing;

internal sealed partial record WrongDialect
{
    private const string Done = """{"state":"TASK_STATE_COMPLETED","message":{"messageId":"m","role":"ROLE_AGENT","parts":[{"text":"done"}]}}""";

    private const string Task = $$$"""
        {"id":"t","contextId":"c","status":{{{Done}}},"artifacts":[{"artifactId":"a","name":"n","parts":[{"text":"well"},{"data":{"a":[1]}},
        {"url":"http://x/y","mediaType":"image/png","filename":"y.png"},{"raw":"AAAA"}]}],"history":[{"role":"ROLE_AGENT","parts":[{"text":"x"}]}]}
        """;

    private const string OldTask = """
        {"kind":"task","id":"t","contextId":"c","status":{"state":"completed"},"artifacts":[{"artifactId":"a","parts":[{"kind":"text","text":"well"},
        {"kind":"file","file":{"uri":"http://x/y","mimeType":"image/png","name":"y"}},{"kind":"data","data":{"a":1}}]}]}
        """;

    private static WrongDialect A2A => new("a2a",
    [
        (@"^GET /\.well-known/agent(-card)?\.json$", WrongAnswer.Json(
            Card("../rest", "HTTP+JSON", "1.0", streams: true),
            Card("../rest", "HTTP+JSON", "1.0", streams: false),
            Card("../rpc", "JSONRPC", "1.0", streams: true),
            Card("../rpc", "JSONRPC", "0.3", streams: true),
            Card("../plain", "JSONRPC", "1.0", streams: false),
            """{"name":"echo","url":"../plain","protocolVersion":"0.3.0","preferredTransport":"JSONRPC","capabilities":{},"security":[{"a":[]}]}""")),
        ("^GET /rest/extendedAgentCard$", WrongAnswer.Json(Card("../rest", "HTTP+JSON", "1.0", streams: true))),
        ("^POST /rest/message:stream$", WrongAnswer.Events(_noHeader, [.. Events("", "")])),
        ("^POST /rest/tasks/[^/]+:subscribe$", WrongAnswer.Events(_noHeader, [Event($$"""{"task":{{Flat(Task)}}}""")])),
        ("^POST /rest/message:send$", WrongAnswer.Json(
            $$"""{"task":{{Task}}}""",
            """{"message":{"messageId":"m","contextId":"c","parts":[{"text":"well"}]}}""")),
        ("^GET /rest/tasks/[^/]+$", WrongAnswer.Json(Task)),
        ("^POST /rpc$", WrongAnswer.Events(_noHeader, [.. Events("""{"jsonrpc":"2.0","id":"1","result":""", "}")])),
        ("^POST /plain$", WrongAnswer.Json(
            $$$"""{"jsonrpc":"2.0","id":"1","result":{"task":{{{Task}}}}}""",
            $$"""{"jsonrpc":"2.0","id":"1","result":{{OldTask}}}""",
            """{"jsonrpc":"2.0","id":"1","result":{"kind":"message","messageId":"m","role":"agent","parts":[{"kind":"text","text":"well"}]}}""",
            """{"jsonrpc":"2.0","id":"1","error":{"code":-32602,"message":"Wrong.","data":[{"reason":"INVALID"}]}}""",
            """{"jsonrpc":"2.0","id":"1","error":{"code":-32601,"message":"No."}}""")),
    ]);

    private static IEnumerable<(string Before, string Json, string After)[]> Events(string before, string after)
    {
        yield return
        [
            Said("""{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_WORKING"}}}"""),
            Said("""{"artifactUpdate":{"taskId":"t","contextId":"c","artifact":{"artifactId":"a","parts":[{"text":"we"}]}}}"""),
            Said("""{"artifactUpdate":{"taskId":"t","contextId":"c","append":true,"artifact":{"artifactId":"a","parts":[{"text":"ll"}]}}}"""),
            Said("""{"artifactUpdate":{"taskId":"t","contextId":"c","artifact":{"artifactId":"b","parts":[{"data":{"a":{"b":[1]}}}]}}}"""),
            Said($$$"""{"statusUpdate":{"taskId":"t","contextId":"c","status":{{{Done}}}}}"""),
        ];
        yield return
        [
            Said("""{"kind":"artifact-update","taskId":"t","contextId":"c","artifact":{"artifactId":"a","parts":[{"kind":"text","text":"well"}]}}"""),
            Said("""{"kind":"status-update","taskId":"t","contextId":"c","status":{"state":"completed"},"final":true}"""),
        ];
        yield return
        [
            Said("""
                {"statusUpdate":{"taskId":"t","contextId":"c","status":
                {"state":"TASK_STATE_INPUT_REQUIRED","message":{"parts":[{"text":"Sure?"},{"data":[1]}]}}}}
                """),
        ];
        yield return [Said("""{"statusUpdate":{"taskId":"t","status":{"state":"TASK_STATE_FAILED","message":{"parts":[{"text":"It failed."}]}}}}""")];
        yield return [Said("""{"message":{"messageId":"m","contextId":"c","role":"ROLE_AGENT","parts":[{"text":"well"}]}}""")];
        yield return [Event("""{"jsonrpc":"2.0","id":"1","error":{"code":-32004,"message":"No."}}""")];

        (string, string, string) Said(string json) => Event($"{before}{Flat(json)}{after}");
    }

    private static string Card(string url, string binding, string version, bool streams) => $$$"""
        {"name":"echo","description":"Repeats.","version":"1","supportedInterfaces":[{"url":"{{{url}}}","protocolBinding":"{{{binding}}}",
        "protocolVersion":"{{{version}}}"}],"capabilities":{"streaming":{{{(streams ? "true" : "false")}}},"extendedAgentCard":true,
        "extensions":[{"uri":"x","required":false}]},"securitySchemes":{"a":{"type":"http"}},"skills":[{"id":"s","name":"S","tags":["t"]}]}
        """;

    private static string Flat(string json) => json.ReplaceLineEndings("").Trim();
}
