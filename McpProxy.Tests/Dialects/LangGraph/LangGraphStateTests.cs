using System.Text.Json;
using McpProxy.Api.Dialects.LangGraph;

namespace McpProxy.Tests.Dialects.LangGraph;

public sealed class LangGraphStateTests
{
    private const string Human = """{"type":"human","content":"hi"}""";
    private const string Call = """{"type":"ai","content":"","tool_calls":[{"name":"weather"},{"name":"clock"}]}""";

    [Theory]
    [InlineData("""{"type":"ai","content":"one"},{"type":"ai","content":"two"}""", "two")]
    [InlineData("""{"type":"ai","content":[{"type":"reasoning","reasoning":"hm"},{"type":"text","text":"in "},"parts",{"type":"image_url"}]}""", "in parts")]
    [InlineData(Call + """,{"type":"tool","content":"sunny"},{"type":"ai","content":"It is sunny."}""", "It is sunny.")]
    [InlineData(Call + """,{"type":"tool","content":"sunny"}""", "sunny")]
    [InlineData(Call, "The agent stopped without an answer: it wants to call 'weather', 'clock', and its server did not do so.")]
    [InlineData("""{"type":"system","content":"be brief"}""", "The agent ended its run without an answer.")]
    public void Answers_with_what_the_agent_said_last(string messages, string answer)
        => Assert.Equal(answer, Read($$"""{"messages":[{{Human}},{{messages}}]}""").Answer("t"));

    [Fact]
    public void Does_not_take_an_earlier_answer_for_one_to_the_last_question()
        => Assert.Equal("The agent ended its run without an answer.", Read($$"""{"messages":[{"type":"ai","content":"old"},{{Human}}]}""").Answer("t"));

    [Fact]
    public void Shows_the_rest_of_the_state_when_no_message_answers()
        => Assert.Equal(
            """The agent ended its run without an answer. What else it left: {"report":"Grüße"}""",
            Read($$"""{"messages":[{{Human}}],"report":"Grüße"}""").Answer("t"));

    [Theory]
    [InlineData("""{ "count": 5, "unit": "°C" }""", """{"count":5,"unit":"°C"}""")]
    [InlineData("""{"messages":"three"}""", """{"messages":"three"}""")]
    [InlineData("""[1, 2]""", "[1,2]")]
    [InlineData("\"done\"", "done")]
    [InlineData("null", "null")]
    public void Answers_with_a_state_that_has_no_messages(string state, string answer) => Assert.Equal(answer, Read(state).Answer("t"));

    [Theory]
    [InlineData("""{"error":"Error","message":"{\"error\":\"Error\",\"message\":\"out of order\"}"}""", "out of order")]
    [InlineData("""{"error":"ValueError","message":"out of order"}""", "out of order")]
    [InlineData("""{"error":"TimeoutError","message":""}""", "TimeoutError")]
    [InlineData("""{"message":"{not JSON"}""", "{not JSON")]
    public void Finds_the_reason_of_a_failure(string error, string reason) => Assert.Equal(reason, Read($$"""{"__error__":{{error}}}""").Error?.Reason);

    [Fact]
    public void Tells_every_question_of_an_agent_that_asks()
    {
        var first = Read("""{"__interrupt__":[{"id":"1","value":"May I?"}]}""");
        var state = Read("""{"__interrupt__":[{"id":"2","value":{"city":"Rome?"}}]}""").After(first);

        Assert.Equal(
            """
            The agent stopped and waits for answers to these:
            1: May I?
            2: {"city":"Rome?"}

            To answer, call it again with threadId t and as resume an object with the answer to each under its id.
            """,
            state.Answer("t"));
        Assert.Equal("""[{"id":"1","value":"May I?"},{"id":"2","value":{"city":"Rome?"}}]""", state.Questions?.GetRawText());
    }

    [Fact]
    public void Counts_what_this_run_cost_and_no_other()
    {
        const string Answer = """{"type":"ai","content":"x","usage_metadata":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}""";

        Assert.Equal(new(6, 4, 10), Read($$"""{"messages":[{{Human}},{{Answer}},{{Human}},{{Answer}},{{Answer}}]}""").Usage);
        Assert.Null(Read($$"""{"messages":[{{Human}}]}""").Usage);
    }

    private static LangGraphState Read(string json) => LangGraphState.Read(JsonElement.Parse(json));
}
