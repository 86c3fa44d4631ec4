using System.Text.RegularExpressions;
using CsCheck;

namespace McpProxy.Tests.Fuzzing;

/// <summary>What servers of one type answer, right at times and else wrong.</summary>
/// <param name="ServerType">The type.</param>
/// <param name="Routes">Patterns of a request's method and path, and what is answered there.</param>
internal sealed partial record WrongDialect(string ServerType, IReadOnlyList<(string Route, Gen<WrongAnswer> Answer)> Routes)
{
    private const string Run = "00000000-0000-4000-8000-000000000001";

    private static readonly Gen<string?> _noHeader = Gen.Const((string?)null);

    private static readonly Gen<string?> _location = Gen.Frequency(
        (6, _noHeader),
        (3, Gen.Const((string?)$"Content-Location: /threads/x/runs/{Run}")),
        (1, Gen.OneOf<string?>(
            "Content-Location: /", "Content-Location: //x/..", $"Content-Location: {Run}?x", $"Content-Location: {new string('x', 3000)}")));

    private static WrongDialect Mastra { get; } = new("mastra",
    [
        ("^GET /api/agents$", WrongAnswer.Json(
            """
            {"echo":{"id":"echo","name":"Echo","description":"Repeats.","instructions":"Repeat.","provider":"p","modelId":"m","modelVersion":"v2","tools":{},
            "outputProcessors":[]},"other":{"name":"Other","tools":{"t":{"id":"t"}}}}
            """,
            """{"echo":{"name":"Echo","instructions":["a",{"b":"c"}],"modelVersion":"v1","outputProcessors":[{"id":"guard"}]}}""")),
        ("^GET /api/agents/[^/]+$", WrongAnswer.Json(
            """{"name":"Echo","instructions":"Repeat.","tools":{"t":{"id":"t","inputSchema":"{\"json\":{}}"}},"modelVersion":"v2","options":{"a":[1]}}""",
            """{"name":"Echo","instructions":"Repeat.","provider":"p","outputProcessors":[{"id":"guard"}],"id":"other"}""")),
        ("^POST /api/agents/[^/]+/generate", WrongAnswer.Json(
            """
            {"text":"well","steps":[{"toolCalls":[{"toolName":"t","args":{"a":1}}]},{"toolCalls":[]}],"finishReason":"stop","toolCalls":[{"type":"tool-call",
            "payload":{"toolName":"t","args":{"a":{"b":"c"}}}}],"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"sources":[{"url":"u"}],"files":[],
            "extra":{"a":[1,{"b":"c"}]},"object":{"a":1}}
            """,
            """{"text":"{\"a\":1}","object":{"a":1},"finishReason":"stop","usage":{"promptTokens":1,"completionTokens":2}}""",
            """{"text":"","finishReason":"error","tripwire":{"reason":"No."}}""",
            """{"text":"","finishReason":"suspended","toolCalls":[{"toolName":"t","args":{}}]}""")),
        ("^POST /api/agents/[^/]+/stream", Gen.OneOf(
            WrongAnswer.Events(
                _noHeader,
                [
                    Event("""{"type":"text-delta","payload":{"text":"well, "}}"""),
                    Event("""{"type":"tool-call","payload":{"toolName":"t","args":{"a":1}}}"""),
                    Event("""{"type":"source","payload":{"url":"u"},"from":"AGENT"}"""),
                    Event("""{"type":"file","payload":{"data":"x"}}"""),
                    Event("""{"type":"object-result","object":{"a":1}}"""),
                    Event("""{"payload":{"text":"well"},"type":"text-delta"}"""),
                    Event("""{"type":"finish","payload":{"stepResult":{"reason":"stop"},"output":{"usage":{"inputTokens":1,"outputTokens":2}}}}"""),
                    Event("[DONE]"),
                ],
                [Event("""{"type":"tool-call-approval","payload":{"toolName":"t","args":{"a":1}}}"""), Event("""{"type":"finish","payload":{}}""")],
                [Event("""{"type":"tool-call-suspended","payload":{"suspendPayload":{"a":1}}}"""), Event("[DONE]")],
                [Event("""{"type":"text-delta","payload":{"text":"w"}}"""), Event("""{"type":"error","payload":{"error":{"message":"It failed."}}}""")],
                [Event("""{"type":"tripwire","payload":{"reason":"No."}}""")]),
            WrongAnswer.Of(
                "text/plain",
                Wrong.Stream(
                    [("0:", "\"well\"", "\n"), ("9:", """{"toolCallId":"c","toolName":"t","args":{"a":1}}""", "\n"),
                        ("d:", """{"finishReason":"stop","usage":{"promptTokens":1,"completionTokens":2}}""", "\n")],
                    [("0:", "\"w\"", "\n"), ("3:", "\"An error occurred while processing your request. It failed.\"", "\n")]),
                Gen.OneOf<string?>("x-vercel-ai-data-stream: v1", null)),
            WrongAnswer.Of("text/plain", Wrong.Json("""{"a":"\u00c3\u00a9"}""", "{\"a\":\"\xf0\x9f\x98\x80\"}")))),
    ]);

    private static WrongDialect LangGraph { get; } = new("langgraph",
    [
        ("^POST /assistants/search$", WrongAnswer.Json(
            """
            [{"assistant_id":"echo","graph_id":"echo","name":"Echo","description":"Repeats.","metadata":{"created_by":"system"}},
            {"assistant_id":"00000000-0000-4000-8000-000000000000","graph_id":"echo","name":null,"metadata":{}}]
            """)),
        ("^GET /assistants/[^/]+$", WrongAnswer.Json("""{"assistant_id":"echo","graph_id":"echo","config":{"a":{"b":[1]}},"schemas":{},"id":1}""")),
        ("^GET /assistants/[^/]+/schemas$", WrongAnswer.Json(
            """{"graph_id":"echo","input_schema":{"type":"object","definitions":{"a":{"b":1}},"$defs":{}},"output_schema":{},"state_schema":null}""")),
        ("^POST /threads/[^/]+/runs/stream$", WrongAnswer.Events(_location, [.. Streams])),
        ("^GET /threads/[^/]+/runs/[^/]+/stream$", WrongAnswer.Events(_noHeader, [.. Streams])),
        ("^GET /threads/[^/]+/runs/[^/]+$", WrongAnswer.Json($$$"""{"run_id":"{{{Run}}}","status":"success","metadata":{"mcp_proxy_call":"x"}}""")),
        ("^GET /threads/[^/]+/runs$", WrongAnswer.Json($$$"""[{"run_id":"{{{Run}}}","status":"running","metadata":{"mcp_proxy_call":"x"}},null]""")),
        ("^GET /threads/[^/]+/state$", WrongAnswer.Json(
            $$$"""
            {"values":{"messages":[{"type":"human","content":"x"},{"type":"ai","id":"m","content":"well"}]},"metadata":{"run_id":"{{{Run}}}"},
            "tasks":[{"interrupts":[{"id":"i","value":"Really?"}]}]}
            """)),
        ("^(POST|DELETE) /threads/", WrongAnswer.Json("{}")),
    ]);

    /// <summary>All that are known here. A test says if a type of agent server is missing.</summary>
    public static IReadOnlyList<WrongDialect> All { get; } = [Mastra, LangGraph, A2A, OpenAI];

    private static IEnumerable<(string Before, string Json, string After)[]> Streams =>
    [
        [
            Named("metadata", $$"""{"run_id":"{{Run}}"}"""),
            Named("messages", """[{"type":"AIMessageChunk","id":"m","content":"we","tool_call_chunks":[]},{"langgraph_node":"n"}]"""),
            Named("messages", """[{"type":"AIMessageChunk","id":"m","content":[{"type":"text","text":"ll"}]},{}]"""),
            Named(
                "values",
                """
                {"messages":[{"type":"human","content":"x"},{"type":"ai","id":"m","content":"well","tool_calls":[{"name":"t","args":{"a":1}}],"usage_metadata":
                {"input_tokens":1,"output_tokens":2,"total_tokens":3}},{"type":"ai","content":"","usage_metadata":{"input_tokens":1,"output_tokens":2}}]}
                """),
        ],
        [Named("values", """{"messages":[{"type":"human","content":"x"},{"type":"tool","content":"sunny"}],"rest":{"a":1}}""")],
        [Named("values", """{"answer":"well","more":[1,2]}""")],
        [Named("values", "\"well\"")],
        [
            Named("values", """{"messages":[{"type":"ai","content":"well"}]}"""),
            Named("values", """{"__interrupt__":[{"id":"i","value":{"question":"Really?"}},{"id":"j","value":"Sure?"}]}"""),
        ],
        [Named("error", """{"error":"E","message":"{\"error\":\"E\",\"message\":\"It failed.\"}"}""")],
        [Named("error", "\"It failed.\"")],
    ];

    /// <summary>What a server of this type answers to everything, for a while.</summary>
    public Gen<IReadOnlyDictionary<string, WrongAnswer>> Answers => Routes
        .Aggregate(
            Gen.Const(Array.Empty<(string, WrongAnswer)>()),
            (all, route) => Gen.Select(all, route.Answer).Select((known, answer) => ((string, WrongAnswer)[])[.. known, (route.Route, answer)]))
        .Select(answers => (IReadOnlyDictionary<string, WrongAnswer>)answers.ToDictionary(answer => answer.Item1, answer => answer.Item2));

    /// <returns>The answer to a request, if it is one for this type.</returns>
    public static WrongAnswer? Find(IReadOnlyDictionary<string, WrongAnswer> answers, string request)
        => answers.FirstOrDefault(answer => Regex.IsMatch(request, answer.Key)).Value;

    private static (string Before, string Json, string After) Event(string json) => ("data: ", json, "\n\n");

    private static (string Before, string Json, string After) Named(string name, string json)
        => ($"id: 1\nevent: {name}\ndata: ", json.ReplaceLineEndings(""), "\n\n");
}
