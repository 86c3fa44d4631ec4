namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>Answers as servers of all kinds give them.</summary>
public sealed class OpenAIShapeTests(ScriptedServers servers) : IClassFixture<ScriptedServers>
{
    private const string Completed = """{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}""";
    private const string Call = """{"type":"function_call","call_id":"c","name":"look","arguments":"{\"at\":\"it\"}"}""";
    private const string CallDone = $$"""{"type":"response.output_item.done","output_index":0,"item":{{Call}}}""";

    public static TheoryData<string, string> Streams => new()
    {
        { "one two", $"{Delta(0, "one ")}|{Delta(0, "two")}|{Completed}|[DONE]" },
        { "one\n\ntwo", $"{Delta(0, "one")}|{Delta(1, "two")}|{Completed}" },
        { "one", """{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"one"}""" + $"|{Completed}" },
        { "one", $$$"""{"type":"response.output_item.done","output_index":0,"item":{{{Message("one")}}}}|{{{Completed}}}""" },
        { "one", Whole("completed", Message("one")) },
        { "one two", $"{Delta(0, "one ")}|{Whole("completed", Message("one two"))}" },
        { "one", $"{Delta(0, "one")}|{Done("one")}|{Whole("completed", Message("one"))}" },
        { "I can't.", """{"type":"response.refusal.delta","output_index":0,"delta":"I can't."}""" + $"|{Completed}" },
        { "one", """{"type":"response.reasoning_text.delta","output_index":0,"delta":"Hm."}""" + $"|{Delta(1, "one")}|{Completed}" },
        { "one", """{"type":"vendor:thing","response":1,"item":[],"delta":{}}""" + $"|{Delta(0, "one")}|{Completed}" },
        { "one", $"{CallDone}|{Delta(1, "one")}|{Whole("completed", Call, Message("one"))}" },
        { "one", $"{Delta(0, "one")}|{Whole("incomplete", Message("one"))}" },
        { "The agent ended without words (incomplete).", Whole("incomplete") },
        { "wants its client to call 'look'", $"{CallDone}|{Completed}" },
        { "wants its client to call 'look'", $"{Delta(0, "I look.")}|{Whole("completed", Message("I look."), Call)}" },
        { "failed: It is out of order", """{"type":"response.failed","response":{"id":"r","status":"failed","error":{"message":"It is out of order."}}}""" },
        { "failed: The run was cancelled", """{"type":"response.cancelled","response":{"id":"r","status":"cancelled","output":[]}}""" },
        { "failed: It is out of order", Delta(0, "one") + """|{"type":"error","code":"x","message":"It is out of order.","param":null}""" },
        { "failed: It is out of order", """{"id":"error","object":"error","error":{"message":"It is out of order."}}""" },
        { "broke off before its answer was complete", Delta(0, "one") },
        { "broke off before its answer was complete", $"{Delta(0, "one")}|[DONE]" },
        { "does not answer as an OpenAI-compatible server does", """{"type":"response.completed","response":"done"}""" },
        { "does not answer as an OpenAI-compatible server does", """{"type":"response.output_text.delta","output_index":0,"delta":"\ud800"}""" },
    };

    public static TheoryData<string, string> Wholes => new()
    {
        { "one\n\ntwo", Response("completed", Message("one"), """{"type":"reasoning","summary":[{"text":"Hm."}]}""", Message("two")) },
        { "one", Response("completed", """{"type":"message","id":"m","content":"one"}""") },
        { "I can't.", Response("completed", """{"type":"message","content":[{"type":"refusal","refusal":"I can't."}]}""") },
        { "one", Response("completed", Call, """{"type":"function_call_output","call_id":"c","output":"it"}""", Message("one")) },
        { "wants its client to call 'look'", Response("completed", Message("I look."), Call) },
        { "failed: It is out of order", """{"id":"r","status":"failed","output":[],"error":{"message":"It is out of order."}}""" },
        { "failed: It is out of order", """{"error":{"message":"It is out of order."}}""" },
        { "broke off before its answer was complete", Response("in_progress") },
        { "does not answer as an OpenAI-compatible server does", """{"text":"one"}""" },
    };

    public static TheoryData<string, string> Chats => new()
    {
        { "one two", $"{Chunk("one ")}|{Chunk("two", "stop")}|[DONE]" },
        { "one", $$$"""{{{Chunk("one", "stop")}}}|{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""" },
        { "one", """{"choices":[{"index":0,"message":{"content":[{"type":"text","text":"one"}]},"finish_reason":"stop"}]}""" },
        { "I can't.", """{"choices":[{"index":0,"delta":{"content":null,"refusal":"I can't."},"finish_reason":"stop"}]}""" },
        { "The agent ended without words (content_filter).", """{"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}""" },
        { "wants its client to call 'look'", """{"choices":[{"delta":{"tool_calls":[{"function":{"name":"look"}}]},"finish_reason":"tool_calls"}]}""" },
        { "failed: It is out of order", Chunk("one") + """|{"error":{"message":"It is out of order."}}""" },
        { "broke off before its answer was complete", Chunk("one") },
        { "does not answer as an OpenAI-compatible server does", "{}" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Reads_a_stream_as_it_comes(string expected, string events)
        => Assert.Contains(expected, await AskAsync("POST v1/responses", Events(events), "stream"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Wholes))]
    public async Task Reads_a_whole_answer_also_where_a_stream_was_asked_for(string expected, string answer)
    {
        Assert.Contains(expected, await AskAsync("POST v1/responses", answer, "generate"), StringComparison.Ordinal);
        Assert.Contains(expected, await AskAsync("POST v1/responses", answer, "stream"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Chats))]
    public async Task Reads_what_Chat_Completions_answer(string expected, string answer)
    {
        var isWhole = answer.Contains("\"message\":{\"content\"", StringComparison.Ordinal) || answer is "{}";

        Assert.Contains(expected, await AskAsync("POST v1/chat/completions", isWhole ? answer : Events(answer), "stream"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_usage_tools_and_why_it_ended()
    {
        var answer = """
            {"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},
            "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3},
            "output":[{"type":"mcp_call","id":"m","name":"look","arguments":"{\"at\":\"it\"}"},{"type":"message","content":"one"}]}
            """;
        var server = await servers.ConnectAsync((about, _) => about is "POST v1/responses" ? (200, answer) : null);

        var fields = (await servers.Client.AskAsync($"{server}:echo", "hi")).StructuredContent!.Value;

        Assert.Equal("""{"inputTokens":1,"outputTokens":2,"totalTokens":3}""", fields.Get("usage").GetRawText());
        Assert.Equal("""[{"name":"look","arguments":{"at":"it"}}]""", fields.Get("toolCalls").GetRawText());
        Assert.Equal("max_output_tokens", fields.Get("finishReason").GetString());
        Assert.Equal("resp_1", fields.Get("threadId").GetString());
    }

    private async Task<string> AskAsync(string endpoint, string answer, string interactionType)
    {
        var server = await servers.ConnectAsync((about, _) => about == endpoint ? (200, answer) : null);

        return (await servers.Client.AskAsync($"{server}:echo", "hi", interactionType)).Text();
    }

    private static string Events(string events) => string.Concat(events.Split('|').Select(json => $"data: {json}\n\n"));

    private static string Delta(int index, string text)
        => $$"""{"type":"response.output_text.delta","output_index":{{index}},"content_index":0,"delta":"{{text}}"}""";

    private static string Done(string text) => $$"""{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"{{text}}"}""";

    private static string Message(string text) => $$"""{"type":"message","id":"m","content":[{"type":"output_text","text":"{{text}}"}]}""";

    private static string Response(string status, params string[] items)
        => $$"""{"id":"resp_1","object":"response","status":"{{status}}","output":[{{string.Join(',', items)}}]}""";

    private static string Whole(string status, params string[] items) => $$"""{"type":"response.{{status}}","response":{{Response(status, items)}}}""";

    private static string Chunk(string text, string? finishReason = null)
    {
        var reason = finishReason is null ? "null" : $"\"{finishReason}\"";

        return $$$"""{"choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":{{{reason}}}}]}""";
    }
}
