using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Discovery;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>A client that asked for progress hears a whole answer in the making, and gets the answer that it would have got without.</summary>
public sealed class MastraWordsTests(RealAgentServers servers) : MastraTestBase(servers)
{
    private const string AnswerOf1 =
        "messages rememberedMessages request response warnings reasoning usedFallbackValue "
        + "content staticToolCalls dynamicToolCalls staticToolResults dynamicToolResults";

    private const string AnswerOfV4 = "request response reasoningDetails sources files";

    [Theory]
    [InlineData(RealServer.Mastra1, "slowAgent")]
    [InlineData(RealServer.Mastra1, "legacySlowAgent")]
    [InlineData(RealServer.Mastra010, "slowAgent")]
    public async Task Tells_the_words_of_a_whole_answer_as_they_come(RealServer kind, string agent)
    {
        var client = await ConnectAsync(kind);
        var heard = new Hearing();

        var result = await client.AskAsync($"server0:{agent}", "go", progress: heard);

        Assert.True(heard.Values.Count >= 5, $"The ten words came in {heard.Values.Count} pieces.");
        Assert.Equal("one two three four five six seven eight nine ten", result.Text());
        AssertUsage(7, 10, result.StructuredContent!.Value);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "echoAgent", "echo: Paris", "echo: Paris", AnswerOf1)]
    [InlineData(RealServer.Mastra1, "weatherAgent", "It is 21 degrees.", "It is 21 degrees.", AnswerOf1)]
    [InlineData(RealServer.Mastra1, "talkingAgent", "Let me look. It is 21 degrees.", "Let me look. It is 21 degrees.", AnswerOf1)]
    [InlineData(RealServer.Mastra1, "objectAgent", """{"celsius":21}""", """{"celsius":21}""", AnswerOf1)]
    [InlineData(RealServer.Mastra1, "legacyAgent", "legacy echo: Paris", "legacy echo: Paris", AnswerOfV4)]
    [InlineData(RealServer.Mastra1, "legacyTalkingAgent", "Let me look. It is 21 degrees.", "It is 21 degrees.", AnswerOfV4)]
    [InlineData(RealServer.Mastra010, "echoAgent", "echo: Paris", "echo: Paris", AnswerOfV4)]
    [InlineData(RealServer.Mastra010, "weatherAgent", "It is 21 degrees.", "It is 21 degrees.", AnswerOfV4)]
    [InlineData(RealServer.Mastra010, "talkingAgent", "Let me look. It is 21 degrees.", "It is 21 degrees.", AnswerOfV4)]
    public async Task Answers_as_it_does_when_nobody_listens(RealServer kind, string agent, string words, string text, string notTold)
    {
        await using var relay = await RelayAsync(kind);
        var client = await ConnectAsync(relay.Url, "MCP_RESULT_DETAIL=full");
        var alone = await client.AskAsync($"server0:{agent}", "Paris");
        relay.TakeRequests();
        var heard = new Hearing();

        var result = await client.AskAsync($"server0:{agent}", "Paris", progress: heard);

        Assert.StartsWith($"POST /api/agents/{agent}/stream", Assert.Single(relay.TakeRequests()), StringComparison.Ordinal);
        Assert.All(heard.Values, value => Assert.Contains(value.Message!, words, StringComparison.Ordinal));
        Assert.Equal(text, result.Text());
        Assert.Equal(alone.Text(), result.Text());
        AssertSame(Told(alone, notTold.Split(' ')), Told(result));
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "waitingAgent", 9)]
    [InlineData(RealServer.Mastra1, "weatherAgent", 1)]
    [InlineData(RealServer.Mastra010, "weatherAgent", 1)]
    public async Task Says_what_an_agent_did_that_ended_without_words(RealServer kind, string agent, int maxSteps)
    {
        var client = await ConnectAsync(kind, "MCP_RESULT_DETAIL=full");
        var call = Call(agent, "generate", "Paris", agentOptions: new { maxSteps });
        var alone = await client.CallAsync("callAgent", call);

        var result = await client.CallAsync("callAgent", call, new Hearing());

        Assert.Equal(alone.Text(), result.Text());
        Assert.Equal(Told(alone)["finishReason"]!.ToString(), Told(result)["finishReason"]!.ToString());
        AssertSame(Told(alone)["toolCalls"]!, Told(result)["toolCalls"]!);
        AssertSame(Told(alone)["suspendPayload"], Told(result)["suspendPayload"]);
        AssertSame(Told(alone)["resumeSchema"], Told(result)["resumeSchema"]);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "failAgent")]
    [InlineData(RealServer.Mastra1, "guardedAgent")]
    [InlineData(RealServer.Mastra1, "censoredAgent")]
    [InlineData(RealServer.Mastra1, "nobody")]
    [InlineData(RealServer.Mastra010, "failAgent")]
    [InlineData(RealServer.Mastra010, "nobody")]
    public async Task Fails_as_it_does_when_nobody_listens(RealServer kind, string agent)
    {
        var client = await ConnectAsync(kind);
        var heard = new Hearing();

        var alone = await client.AskAsync($"server0:{agent}", "hi");
        var result = await client.AskAsync($"server0:{agent}", "hi", progress: heard);

        Assert.True(alone.IsError);
        Assert.True(result.IsError);
        Assert.Equal(alone.Text(), result.Text());
        Assert.Empty(heard.Words);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "brittleAgent")]
    [InlineData(RealServer.Mastra1, "legacyBrittleAgent")]
    [InlineData(RealServer.Mastra010, "brittleAgent")]
    public async Task Adds_the_words_that_had_come_to_why_an_agent_failed(RealServer kind, string agent)
    {
        var client = await ConnectAsync(kind);

        var alone = await client.AskAsync($"server0:{agent}", "hi");
        var result = await client.AskAsync($"server0:{agent}", "hi", progress: new Hearing());

        Assert.True(result.IsError);
        Assert.Equal($"{alone.Text()}\n\nThis had arrived before:\none two ", result.Text());
        Assert.Equal("one two ", result.StructuredContent!.Value.Get("responseData", "text").GetString());
        Assert.False(result.StructuredContent!.Value.Get("success").GetBoolean());
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "data: {\"type\":\"finish\"")]
    [InlineData(RealServer.Mastra010, "d:{")]
    public async Task Does_not_take_half_a_stream_for_the_answer(RealServer kind, string end)
    {
        await using var relay = await RelayAsync(kind, body => body.Split(end)[0]);
        var client = await ConnectAsync(relay.Url);

        var result = await client.AskAsync("server0:echoAgent", "hi there", progress: new Hearing());

        Assert.True(result.IsError);
        Assert.Equal(
            "Agent 'echoAgent' on server 'server0' broke off in the middle of its answer. It may have done part of its work; "
            + "call it again only if doing things twice does no harm.\n\nThis had arrived before:\necho: hi there",
            result.Text());
    }

    [Theory]
    [InlineData(RealServer.Mastra1)]
    [InlineData(RealServer.Mastra010)]
    public async Task Does_not_pass_on_half_a_character(RealServer kind)
    {
        await using var relay = await RelayAsync(kind, body => body.Replace("\"city\":\"Paris\"", "\"city\":\"\\ud800\"", StringComparison.Ordinal));
        var client = await ConnectAsync(relay.Url);

        var result = await client.AskAsync("server0:talkingAgent", "Paris", progress: new Hearing());

        Assert.True(result.IsError);
        Assert.StartsWith("Agent server 'server0' does not answer as a Mastra server does.", result.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "memoryAgent")]
    [InlineData(RealServer.Mastra1, "legacyMemoryAgent")]
    [InlineData(RealServer.Mastra010, "memoryAgent")]
    public async Task Continues_a_thread_of_its_resource_alone(RealServer kind, string agent)
    {
        var client = await ConnectAsync(kind);
        var threadId = Guid.NewGuid().ToString();
        await client.FieldsAsync("callAgent", Call(agent, "generate", "I am Ann.", threadId, "ann"));

        var second = await client.CallAsync("callAgent", Call(agent, "generate", "Who am I?", threadId, "ann"), new Hearing());
        var others = await client.CallAsync("callAgent", Call(agent, "generate", "Who is she?", threadId, "bob"), new Hearing());

        Assert.Equal("seen 2 user messages, last: Who am I?", second.Text());
        Assert.Equal(threadId, second.StructuredContent!.Value.Get("threadId").GetString());
        Assert.StartsWith($"Thread '{threadId}' on server 'server0' belongs to another resource.", others.Text(), StringComparison.Ordinal);
    }

    /// <returns>The answer as the agent server gave it, without members that a stream does not tell, and of no run in particular.</returns>
    private static JsonObject Told(CallToolResult result, params string[] notTold)
    {
        var answer = JsonNode.Parse(result.StructuredContent!.Value.Get("responseData").GetRawText())!.AsObject();
        var steps = answer["steps"]!.AsArray().Select(step => step!.AsObject());
        foreach (var (part, name) in steps.Append(answer).SelectMany(part => notTold.Select(name => (part, name))))
        {
            part.Remove(name);
        }

        return Anonymous(answer);
    }

    private static JsonObject Anonymous(JsonObject answer)
    {
        var runId = (string?)answer["runId"];

        return runId is null ? answer : JsonNode.Parse(answer.ToJsonString().Replace(runId, "run", StringComparison.Ordinal))!.AsObject();
    }

    private static void AssertSame(JsonNode? expected, JsonNode? actual)
        => Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected {expected?.ToJsonString()}, but got {actual?.ToJsonString()}");
}
