using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Mcp;

/// <summary>Arguments that a model leaves out, shortens or gets nearly right.</summary>
public sealed class LenientArgumentTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("""{"targetAgentId":"server0:echoAgent","message":"hi"}""")]
    [InlineData("""{"targetAgentId":"server0:echoAgent","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"targetAgentId":"server0:echoAgent","message":"hi","interactionType":"stream"}""")]
    [InlineData("""
        {"targetAgentId":"server0:echoAgent","message":"hi","messages":null,"interactionType":null,"serverUrl":null,"threadId":null,"background":null}
        """)]
    public async Task One_message_may_stand_for_a_list_and_null_for_nothing(string arguments)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        Assert.Equal("echo: hi", (await client.CallAsync("callAgent", JsonSerializer.Deserialize<JsonElement>(arguments))).Text());
    }

    [Theory]
    [InlineData("server0:memoryAgent")]
    [InlineData("server1:memoryAgent")]
    public async Task A_conversation_begins_without_an_id_that_the_model_makes_up(string targetAgentId)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var first = await client.CallAsync("callAgent", new { targetAgentId, message = "one", threadId = "new" });
        var threadId = Assert.NotNull(first.StructuredContent).Get("threadId").GetString();
        var second = await client.CallAsync("callAgent", new { targetAgentId, message = "two", threadId });
        var other = await client.CallAsync("callAgent", new { targetAgentId, message = "two", threadId = "new" });

        Assert.True(Guid.TryParse(threadId, out _), threadId);
        Assert.Contains(first.Content, block => block is TextContentBlock { Text: var text } && text.Contains(threadId, StringComparison.Ordinal));
        Assert.Contains("2", second.Text(), StringComparison.Ordinal);
        Assert.NotEqual(threadId, Assert.NotNull(other.StructuredContent).Get("threadId").GetString());
    }

    [Theory]
    [InlineData("""{"targetAgentId":"a","message":"hi","thread_id":"t"}""", "there is no 'thread_id' (Did you mean 'threadId'?)")]
    [InlineData("""{"agentId":"a","message":"hi"}""", "there is no 'agentId' (Did you mean 'targetAgentId'?)")]
    [InlineData("""{"targetAgentId":"a","mesages":[]}""", "there is no 'mesages' (Did you mean 'messages'?)")]
    [InlineData(
        """{"targetAgentId":"a","prompt":"hi"}""",
        "there is no 'prompt', only targetAgentId, message, messages, interactionType, serverUrl, threadId, resourceId, agentOptions, background, resume")]
    [InlineData(
        """{"targetAgentId":"a","message":"hi","interactionType":"Streem"}""",
        "interactionType must be one of 'generate', 'stream' (Did you mean 'stream'?)")]
    [InlineData(
        """{"targetAgentId":"a","message":"hi","messages":[{"role":"user","content":"hi"}]}""",
        "message and messages are both there, and only one of them may be")]
    [InlineData("""{"targetAgentId":"a","messages":[null]}""", "messages[0] must be of type object")]
    [InlineData("""{"targetAgentId":"a","messages":[{"role":"user","content":null}]}""", "messages[0].content must be of type string")]
    [InlineData("""{"targetAgentId":"a","message":""}""", "message must not be empty")]
    public async Task An_argument_that_would_have_no_effect_is_refused(string arguments, string problem)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var failure = await client.FailureAsync("callAgent", JsonSerializer.Deserialize<JsonElement>(arguments));

        Assert.Equal($"callAgent was called with wrong arguments: {problem}. Correct it and call again.", failure);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("12345678901234567890123")]
    [InlineData("-1e-7")]
    [InlineData("[1.5,{\"a\":2.5}]")]
    public async Task Any_number_may_be_an_answer_to_what_an_agent_asked(string resume)
    {
        var answer = JsonSerializer.Deserialize<JsonElement>(
            await fixture.Proxy.CallAgentAsync($$"""{"targetAgentId":"server1:echoAgent","threadId":"{{Guid.NewGuid()}}","resume":{{resume}}}"""));

        Assert.Contains("is not there, or still at work on another call", answer.Get("result", "content", 0, "text").GetString(), StringComparison.Ordinal);
    }
}
