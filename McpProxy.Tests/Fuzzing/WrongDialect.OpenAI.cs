using CsCheck;

namespace McpProxy.Tests.Fuzzing;

internal sealed partial record WrongDialect
{
    private const string Response = """{"id":"resp_1","status":"in_progress","output":[],"background":true,"conversation":{"id":"conv_1"}}""";

    private static WrongDialect OpenAI => new("openai",
    [
        ("^GET /v1/entities$", WrongAnswer.Json(
            """{"entities":[{"id":"echo","type":"agent","name":"Echo","description":"Repeats.","tools":["t"]},{"id":"other","type":"workflow"}]}""",
            """{"detail":"Not Found"}""")),
        ("^GET /v1/entities/[^/]+/info$", WrongAnswer.Json("""{"id":"echo","type":"agent","name":"Echo","instructions":"Repeat.","metadata":{"a":[1]}}""")),
        ("^GET /v1/models$", WrongAnswer.Json("""{"object":"list","data":[{"id":"echo","object":"model","created":1,"owned_by":"me"},{"id":"other"}]}""")),
        ("^POST /v1/conversations$", WrongAnswer.Json("""{"id":"conv_1","object":"conversation"}""")),
        ("^POST /v1/responses$", Gen.OneOf(WrongAnswer.Events(_noHeader, [.. Replies]), WrongAnswer.Json(
            """
            {"id":"resp_1","status":"completed","output":[{"type":"reasoning","summary":[]},{"type":"mcp_call","id":"m","name":"t","arguments":"{\"a\":1}"},
            {"type":"message","id":"x","content":[{"type":"output_text","text":"well"},{"type":"refusal","refusal":"no"}]}],"usage":{"input_tokens":1,
            "output_tokens":2,"total_tokens":3},"error":null,"incomplete_details":null,"conversation":"conv_1","store":true}
            """,
            """{"id":"resp_1","status":"incomplete","output":[],"incomplete_details":{"reason":"max_output_tokens"}}""",
            """{"id":"resp_1","status":"failed","output":[],"error":{"code":"server_error","message":"It failed."}}""",
            """{"id":"resp_1","status":"queued","output":[],"background":true}""",
            """{"choices":[{"index":0,"message":{"content":[{"text":"well"}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}"""))),
        ("^POST /v1/chat/completions$", Gen.OneOf(
            WrongAnswer.Events(
                _noHeader,
                [
                    Event("""{"choices":[{"index":0,"delta":{"role":"assistant","content":"we"},"finish_reason":null}]}"""),
                    Event("""{"choices":[{"index":0,"delta":{"content":"ll"},"finish_reason":"stop"}]}"""),
                    Event("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""),
                    Event("[DONE]"),
                ],
                [Event("""{"choices":[{"delta":{"tool_calls":[{"function":{"name":"t"}}]},"finish_reason":"tool_calls"}]}""")]),
            WrongAnswer.Json("""{"choices":[{"index":0,"message":{"content":"well","refusal":null},"finish_reason":"stop"}],"error":null}"""))),
        ("^GET /v1/responses/[^/]+$", Gen.OneOf(
            WrongAnswer.Events(_noHeader, [.. Replies]),
            WrongAnswer.Json("""{"id":"resp_1","status":"completed","output":[{"type":"message","content":"well"}],"background":true}"""))),
        ("^POST /v1/responses/[^/]+/cancel$", WrongAnswer.Json("{}")),
    ]);

    private static IEnumerable<(string Before, string Json, string After)[]> Replies =>
    [
        [
            Event($$"""{"type":"response.created","sequence_number":0,"response":{{Response}}}"""),
            Event("""{"type":"response.output_text.delta","sequence_number":1,"item_id":"x","output_index":0,"content_index":0,"delta":"well"}"""),
            Event("""{"type":"response.output_text.done","sequence_number":2,"item_id":"x","output_index":0,"content_index":0,"text":"well"}"""),
            Event("""{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"well"}]}}"""),
            Event("""{"type":"response.completed","sequence_number":3,"response":{"status":"completed","output":[],"usage":{"input_tokens":1}}}"""),
            Event("[DONE]"),
        ],
        [
            Event($$"""{"response":{{Response}},"type":"response.created"}"""),
            Event("""{"type":"response.output_item.done","output_index":0,"item":{"type":"mcp_approval_request","id":"a","name":"t","arguments":"{}"}}"""),
            Event("""{"type":"response.function_approval.requested","request_id":"r","function_call":{"id":"c","name":"t","arguments":{"a":1}}}"""),
            Event("""{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"""),
        ],
        [
            Event("""{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c","name":"t","arguments":"{\"a\":1}"}}"""),
            Event("""{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call_output","call_id":"c","output":"1"}}"""),
            Event("""{"type":"response.refusal.delta","output_index":3,"delta":"No."}"""),
            Event("""{"type":"response.incomplete","response":{"status":"incomplete","output":[],"incomplete_details":{"reason":"content_filter"}}}"""),
        ],
        [Event("""{"type":"error","code":"x","message":"It failed."}""")],
        [Event("""{"object":"error","id":"error","error":{"message":"It failed."}}""")],
        [Event("""{"type":"vendor:thing","item":1,"response":[],"delta":{}}"""), Event("[DONE]")],
    ];
}
