using System.Text;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Dialects.LangGraph;
using McpProxy.Api.Errors;

namespace McpProxy.Tests.Dialects.LangGraph;

/// <summary>Streams as servers of other versions and graphs of other kinds send them.</summary>
public sealed class LangGraphStreamTests
{
    private const string State = "event: values\ndata: {\"messages\":[]}\n\n";

    [Fact]
    public async Task Passes_on_what_the_agent_says_and_nothing_else()
        => Assert.Equal(
            ["one ", "two"],
            await ReadAsync(
                Message("human", "1", "hi"), Message("ai", "2", "one ", isPiece: true),
                Message("tool", "3", "sunny"), Message("ai", "2", "two", isPiece: true), State));

    [Fact]
    public async Task Puts_a_blank_line_between_messages()
        => Assert.Equal(["one", "\n\ntwo"], await ReadAsync(Message("ai", "1", "one"), Message("ai", "2", "two"), State));

    [Fact]
    public async Task Does_not_repeat_a_message_that_came_in_pieces_before()
        => Assert.Equal(
            ["one ", "two"],
            await ReadAsync(Message("ai", "1", "one ", isPiece: true), Message("ai", "1", "two", isPiece: true), Message("ai", "2", "one two"), State));

    [Fact]
    public async Task Passes_on_a_piece_that_is_like_the_one_before()
        => Assert.Equal(["ha", "ha"], await ReadAsync(Message("ai", "1", "ha", isPiece: true), Message("ai", "1", "ha", isPiece: true), State));

    [Fact]
    public async Task Understands_pieces_from_graphs_in_graphs_and_from_python()
        => Assert.Equal(["one"], await ReadAsync(Message("AIMessageChunk", "1", "one", isPiece: true, name: "messages|inner:1"), State));

    [Fact]
    public async Task Answers_with_the_last_state_of_the_outer_graph_when_nothing_was_streamed()
        => Assert.Equal(
            ["""{"count":2}"""],
            await ReadAsync(
                "event: values\ndata: {\"count\":1}\n\n",
                "event: values\ndata: {\"count\":2}\n\n",
                "event: values|inner:1\ndata: {\"x\":1}\n\n"));

    [Fact]
    public async Task Fails_when_the_agent_fails()
    {
        var failure = await Assert.ThrowsAsync<ProxyException>(
            () => ReadAsync(State, "event: error\ndata: {\"error\":\"Error\",\"message\":\"out of order\"}\n\n"));

        Assert.Equal(ErrorKind.AgentFailed, failure.Kind);
        Assert.Equal("out of order", failure.Detail);
    }

    [Fact]
    public async Task Says_that_a_stream_broke_off_that_ended_without_an_answer()
    {
        var failure = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync("event: metadata\ndata: {\"run_id\":\"1\"}\n\n"));

        Assert.Equal(ErrorKind.Interrupted, failure.Kind);
    }

    [Theory]
    [InlineData("event: values\ndata: <html>\n\n")]
    [InlineData("event: values\ndata: \"\\ud800\"\n\n")]
    [InlineData("event: values\ndata: {\"answer\":\"\\ud800\"}\n\n")]
    [InlineData("event: values\ndata: {\"messages\":[],\"a\":1,\"a\":2}\n\n")]
    [InlineData("event: values\ndata: {\"__interrupt__\":[{\"value\":\"\\ud800\"}]}\n\n")]
    [InlineData("event: error\ndata: \"\\ud800\"\n\n")]
    public async Task Says_that_it_does_not_understand_what_is_not_JSON_that_can_be_passed_on(string events)
    {
        var failure = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(events));

        Assert.Equal(ErrorKind.InvalidResponse, failure.Kind);
    }

    [Fact]
    public async Task Says_that_it_does_not_understand_what_is_not_UTF_8()
    {
        using var body = new MemoryStream([.. "event: values\ndata: \""u8, 0xFF, .. "\"\n\n"u8]);

        var failure = await Assert.ThrowsAsync<ProxyException>(async () => await NewStream().ReadAsync(body, TestContext.Current.CancellationToken)
            .CountAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.InvalidResponse, failure.Kind);
    }

    [Fact]
    public async Task Leaves_out_what_an_answer_cost_if_that_can_not_be_so_much()
    {
        const string Words = $$"""{"type":"ai","content":"well","usage_metadata":{"input_tokens":9223372036854775807,"output_tokens":1} }""";
        var stream = NewStream();
        await ReadAsync(stream, $$"""event: values{{"\n"}}data: {"messages":[{{Words}},{{Words}}]}{{"\n\n"}}""");

        Assert.Equal(new(null, 2, 0), stream.Finish(Guid.Empty).Usage);
    }

    [Fact]
    public async Task Limits_the_size_of_an_answer_over_all_the_connections_it_comes_on()
    {
        var stream = NewStream();
        await ReadAsync(stream, Message("ai", "1", new('x', 600)));

        var failure = await Assert.ThrowsAsync<ProxyException>(() => ReadAsync(stream, Message("ai", "1", new('x', 600))));

        Assert.StartsWith("Agent server 'server0' answered with more than 1000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remembers_the_last_event_before_a_connection_ended()
    {
        var stream = NewStream();

        await ReadAsync(
            stream,
            "event: metadata\ndata: {}\nid: 0\n\n",
            "event: messages\ndata: []\nid: 1719-0\n\n",
            "event: messages\ndata: [{\"type\":\"ai\"");

        Assert.Equal("1719-0", stream.LastEventId);
        Assert.True(stream.CanGoOn);
    }

    [Theory]
    [InlineData("é")]
    [InlineData("")]
    public async Task Can_not_go_on_after_an_event_whose_id_fits_into_no_header(string id)
    {
        var stream = NewStream();

        await ReadAsync(stream, $"event: metadata\ndata: {{}}\nid: {id}\n\n");

        Assert.Null(stream.LastEventId);
        Assert.False(stream.CanGoOn);
    }

    private static string Message(string type, string id, string content, bool isPiece = false, string name = "messages")
        => $$"""
            event: {{name}}
            data: [{"type":"{{type}}","id":"{{id}}","content":"{{content}}"{{(isPiece ? ",\"tool_call_chunks\":[]" : "")}}},
            data: {"langgraph_step":1}]


            """;

    private static async Task<List<string>> ReadAsync(params string[] events)
    {
        var stream = NewStream();
        var texts = await ReadAsync(stream, events);

        return stream.Finish(Guid.Empty).Text is { } rest ? [.. texts, rest] : texts;
    }

    private static LangGraphStream NewStream()
    {
        ServerUrl.Check("http://127.0.0.1", out var url);

        return new(new("server0", url!), new("agent", InteractionType.Stream, []), maxBytes: 1000);
    }

    private static async Task<List<string>> ReadAsync(LangGraphStream stream, params string[] events)
    {
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(events)));
        var texts = new List<string>();
        await foreach (var update in stream.ReadAsync(body, TestContext.Current.CancellationToken))
        {
            texts.Add(update.Text!);
        }

        return texts;
    }
}
