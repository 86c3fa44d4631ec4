using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>What real servers answer repeats the text up to fifteen times. What the model gets does not.</summary>
public sealed class AnswerWeightTests(RealAgentServers servers) : MastraTestBase(servers)
{
    private static readonly string _long = string.Join(' ', Enumerable.Range(0, 500).Select(number => $"word{number}"));

    [Theory]
    [InlineData(RealServer.Mastra1, "echoAgent", "generate")]
    [InlineData(RealServer.Mastra1, "echoAgent", "stream")]
    [InlineData(RealServer.Mastra1, "legacyAgent", "generate")]
    [InlineData(RealServer.Mastra010, "echoAgent", "generate")]
    [InlineData(RealServer.Mastra010, "echoAgent", "stream")]
    [InlineData(RealServer.LangGraph, "echo", "generate")]
    [InlineData(RealServer.LangGraph, "echo", "stream")]
    public async Task An_answer_weighs_little_more_than_its_words(RealServer kind, string agent, string how)
    {
        var client = await ConnectAsync(kind);

        foreach (var text in new[] { "hi", _long })
        {
            var result = await client.AskAsync($"server0:{agent}", text, how);

            Assert.Equal(result.Text(), Assert.NotNull(result.StructuredContent).Get("responseData", "text").GetString());
            AssertLittleMore(result);
        }
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "talkingAgent", "generate")]
    [InlineData(RealServer.Mastra1, "talkingAgent", "stream")]
    [InlineData(RealServer.Mastra1, "legacyTalkingAgent", "generate")]
    [InlineData(RealServer.Mastra1, "legacyTalkingAgent", "stream")]
    [InlineData(RealServer.Mastra010, "talkingAgent", "generate")]
    [InlineData(RealServer.Mastra010, "talkingAgent", "stream")]
    [InlineData(RealServer.LangGraph, "tooling", "generate")]
    [InlineData(RealServer.LangGraph, "tooling", "stream")]
    public async Task A_tool_that_was_called_on_the_way_is_named_with_its_arguments(RealServer kind, string agent, string how)
    {
        var client = await ConnectAsync(kind);

        var result = await client.AskAsync($"server0:{agent}", "Paris", how);

        var call = Assert.Single(Assert.NotNull(result.StructuredContent).Get("toolCalls").EnumerateArray());
        Assert.NotEmpty(call.Get("name").GetString()!);
        Assert.Equal("""{"city":"Paris"}""", call.Get("arguments").GetRawText());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task What_an_agent_waits_for_is_named_once(string how)
    {
        var client = await ConnectAsync(RealServer.Mastra1);

        var fields = Assert.NotNull((await client.AskAsync("server0:waitingAgent", "Paris", how)).StructuredContent);

        Assert.Single(fields.Get("toolCalls").EnumerateArray());
    }

    private static void AssertLittleMore(CallToolResult result)
    {
        var fields = Assert.NotNull(result.StructuredContent).GetRawText();
        Assert.True(fields.Length < (1.05 * result.Text().Length) + 700, $"{fields.Length} bytes for {result.Text().Length}: {fields}");
    }
}
