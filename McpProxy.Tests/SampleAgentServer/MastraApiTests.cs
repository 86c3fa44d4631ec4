using System.Net;
using System.Text.Json.Nodes;

namespace McpProxy.Tests.SampleAgentServer;

public sealed class MastraApiTests(SampleAgentServerFixture server) : IClassFixture<SampleAgentServerFixture>
{
    private const string Agents = "/mastra/api/agents";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_the_agents_by_id_and_describes_one_without_its_id()
    {
        var list = JsonNode.Parse(await server.Client.GetStringAsync(Agents, Stop))!.AsObject();
        var one = JsonNode.Parse(await server.Client.GetStringAsync($"{Agents}/weatherAgent", Stop))!;

        Assert.Equal(["echoAgent", "weatherAgent", "slowAgent", "memoryAgent", "relayAgent", "approvalAgent"], list.Select(agent => agent.Key));
        Assert.All(list, agent => Assert.Equal(agent.Key, (string?)agent.Value!["id"]));
        Assert.Null(one["id"]);
        Assert.Equal("Weather Agent", (string?)one["name"]);
        Assert.NotNull(JsonNode.Parse((string)one["tools"]!["weatherTool"]!["inputSchema"]!)!["json"]!["properties"]!["city"]);
    }

    [Theory]
    [InlineData("echoAgent", "hi there", "echo: hi there", 5)]
    [InlineData("weatherAgent", "How is cape town?", "It is 19 degrees and windy in Cape Town.", 17)]
    [InlineData("weatherAgent", "Tokyo, then Lima", "It is 23 degrees and cloudy in Tokyo. It is 18 degrees and foggy in Lima.", 25)]
    [InlineData(
        "weatherAgent", "Atlantis",
        "I only know the weather of Amsterdam, Berlin, Cairo, Cape Town, Lima, London, Mumbai, New York, Paris, Reykjavik, Sydney, Tokyo.", 21)]
    [InlineData("slowAgent", "go", "one two three four five six seven eight nine ten", 11)]
    [InlineData("memoryAgent", "m1", "seen 1 user messages, last: m1", 7)]
    [InlineData("relayAgent", "echoAgent hi", "I don't know where the proxy is: MCP_PROXY_URL is not set.", 13)]
    public async Task Generates_and_streams_the_same_answer(string agentId, string question, string answer, int totalTokens)
    {
        var body = $$"""{"messages":[{"role":"user","content":"{{question}}"}]}""";
        var generating = GenerateAsync(agentId, body);
        var events = await StreamAsync(agentId, body);
        var reply = await generating;

        Assert.Equal(answer, (string?)reply["text"]);
        Assert.Equal("stop", (string?)reply["finishReason"]);
        Assert.Equal(totalTokens, (int?)reply["usage"]!["totalTokens"]);
        Assert.Equal(answer, string.Concat(events.Where(item => IsType(item, "text-delta")).Select(item => (string?)item["payload"]!["text"])));
        Assert.Equal(totalTokens, (int?)events.Single(item => IsType(item, "finish"))["payload"]!["output"]!["usage"]!["totalTokens"]);
    }

    [Fact]
    public async Task Shows_the_tool_step_in_the_reply_and_in_the_stream()
    {
        const string Body = """{"messages":"Paris"}""";
        var reply = await GenerateAsync("weatherAgent", Body);
        var events = await StreamAsync("weatherAgent", Body);

        Assert.Equal(["tool-calls", "stop"], reply["steps"]!.AsArray().Select(step => (string?)step!["finishReason"]));
        Assert.Equal("Paris", (string?)reply["toolCalls"]![0]!["payload"]!["args"]!["city"]);
        Assert.Equal(21, (int?)reply["toolResults"]![0]!["payload"]!["result"]!["celsius"]);
        Assert.Equal(
            ["start", "step-start", "tool-call", "tool-result", "step-finish", "step-start", "text-start", "text-delta"],
            events.Take(8).Select(item => (string?)item["type"]));
        Assert.Equal(["text-end", "step-finish", "finish"], events.TakeLast(3).Select(item => (string?)item["type"]));
    }

    [Fact]
    public async Task Speaks_between_two_uses_of_a_tool()
    {
        const string Body = """{"messages":"Tokyo, then Lima"}""";
        var reply = await GenerateAsync("weatherAgent", Body);
        var events = await StreamAsync("weatherAgent", Body);

        string[] texts = ["", "It is 23 degrees and cloudy in Tokyo. ", "It is 18 degrees and foggy in Lima."];
        Assert.Equal(texts, reply["steps"]!.AsArray().Select(step => (string?)step!["text"]));
        Assert.Equal(2, reply["toolCalls"]!.AsArray().Count);
        Assert.Equal(texts, events.Where(item => IsType(item, "step-finish")).Select(item => (string?)item["payload"]!["output"]!["text"]));
        Assert.Equal(texts[^1], (string?)events.Single(item => IsType(item, "finish"))["payload"]!["output"]!["text"]);
    }

    [Fact]
    public async Task Keeps_a_thread_for_its_resource_alone()
    {
        await GenerateAsync("memoryAgent", """{"messages":"m1","memory":{"thread":"kept","resource":"mine"}}""");
        var second = await GenerateAsync("memoryAgent", """{"messages":"m2","memory":{"thread":"kept","resource":"mine"}}""");
        var others = await server.PostAsync($"{Agents}/memoryAgent/generate", """{"messages":"m3","memory":{"thread":"kept","resource":"theirs"}}""", Stop);

        Assert.Equal("seen 2 user messages, last: m2", (string?)second["text"]);
        Assert.Equal(
            ["m1", "seen 1 user messages, last: m1"],
            second["rememberedMessages"]!.AsArray().Select(message => (string?)message!["content"]!["content"]));
        Assert.Equal(HttpStatusCode.Forbidden, others.StatusCode);
    }

    [Theory]
    [InlineData("nope", """{"messages":"hi"}""", 404, """{"error":"Agent with id nope not found"}""")]
    [InlineData("echoAgent", "{bad", 400, """{"error":"Invalid request body","issues":[{"field":"body","message":"Invalid input"}]}""")]
    [InlineData("echoAgent", "{}", 400, """{"error":"Invalid request body","issues":[{"field":"messages","message":"Invalid input"}]}""")]
    [InlineData(
        "echoAgent", """{"messages":[{"content":"no role"}]}""", 400,
        """{"error":"Invalid request body","issues":[{"field":"messages","message":"Invalid input"}]}""")]
    [InlineData(
        "memoryAgent", """{"messages":"hi","memory":{"thread":"t"}}""", 400,
        """{"error":"A resource ID is required when using memory. Provide memory.resource in the request body."}""")]
    public async Task Refuses_in_Mastras_words(string agentId, string body, int status, string answer)
    {
        foreach (var method in new[] { "generate", "stream" })
        {
            var response = await server.PostAsync($"{Agents}/{agentId}/{method}", body, Stop);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(answer, await response.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task Stops_when_the_client_leaves()
    {
        const string Body = """{"messages":"go","memory":{"thread":"left","resource":"mine"}}""";
        using (var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            leaving.CancelAfter(TimeSpan.FromMilliseconds(500));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.PostAsync($"{Agents}/slowAgent/generate", Body, leaving.Token));
        }

        // By the time that another slow answer is over, the first would have been kept in its thread.
        await GenerateAsync("slowAgent", """{"messages":"go"}""");
        var next = await GenerateAsync("memoryAgent", """{"messages":"m1","memory":{"thread":"left","resource":"mine"}}""");

        Assert.Equal("seen 1 user messages, last: m1", (string?)next["text"]);
    }

    private static bool IsType(JsonNode item, string type) => (string?)item["type"] == type;

    private async Task<JsonNode> GenerateAsync(string agentId, string body)
    {
        var response = await server.PostAsync($"{Agents}/{agentId}/generate", body, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
    }

    private async Task<IReadOnlyList<JsonNode>> StreamAsync(string agentId, string body)
    {
        var data = await server.StreamAsync($"{Agents}/{agentId}/stream", body, Stop).Select(item => item.Data).ToListAsync(Stop);
        Assert.Equal("[DONE]", data[^1]);

        return [.. data.SkipLast(1).Select(text => JsonNode.Parse(text)!)];
    }
}
