using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>A client that asked for progress follows the agent's text even if it asked for the whole answer, and then gets the same answer.</summary>
public sealed partial class MastraWordsTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData(RealServer.Mastra1, "slowAgent")]
    [InlineData(RealServer.Mastra1, "legacySlowAgent")]
    [InlineData(RealServer.Mastra010, "slowAgent")]
    public async Task Tells_the_text_of_a_whole_answer_as_it_comes(RealServer kind, string agent)
    {
        var client = await ConnectAsync(kind);
        var heard = new Hearing();

        var result = await client.AskAsync($"server0:{agent}", "go", progress: heard);

        Assert.True(heard.Values.Count >= 5, $"The ten words came in {heard.Values.Count} pieces.");
        Assert.Equal("one two three four five six seven eight nine ten", result.Text());
        AssertUsage(7, 10, result.StructuredContent!.Value);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "echoAgent")]
    [InlineData(RealServer.Mastra1, "talkingAgent")]
    [InlineData(RealServer.Mastra1, "objectAgent")]
    [InlineData(RealServer.Mastra1, "waitingAgent")]
    [InlineData(RealServer.Mastra1, "legacyAgent")]
    [InlineData(RealServer.Mastra010, "weatherAgent")]
    public async Task Answers_as_it_does_when_nobody_listens(RealServer kind, string agent)
    {
        await using var relay = await RelayAsync(kind);
        var client = await ConnectAsync(relay.Url);
        var alone = await client.AskAsync($"server0:{agent}", "Paris");
        relay.TakeRequests();

        var result = await client.AskAsync($"server0:{agent}", "Paris", progress: new Hearing());

        Assert.StartsWith($"POST /api/agents/{agent}/stream", Assert.Single(TakeRequests(relay)), StringComparison.Ordinal);
        Assert.Equal(WithoutIds(alone.Text()), WithoutIds(result.Text()));
        foreach (var member in new[] { "usage", "finishReason", "toolCalls", "threadId", "interrupt" })
        {
            Assert.Equal(WithoutIds(Member(alone, member)), WithoutIds(Member(result, member)));
        }

        Assert.Equal(Member(alone, "responseData")!.Contains("suspendPayload", StringComparison.Ordinal), agent is "waitingAgent");
        Assert.Equal(Member(result, "responseData")!.Contains("suspendPayload", StringComparison.Ordinal), agent is "waitingAgent");
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "failAgent", null)]
    [InlineData(RealServer.Mastra1, "guardedAgent", null)]
    [InlineData(RealServer.Mastra1, "nobody", null)]
    [InlineData(RealServer.Mastra1, "brittleAgent", "one two ")]
    [InlineData(RealServer.Mastra1, "legacyBrittleAgent", "one two ")]
    [InlineData(RealServer.Mastra010, "brittleAgent", "one two ")]
    public async Task Fails_as_it_does_when_nobody_listens_but_for_what_had_arrived(RealServer kind, string agent, string? arrived)
    {
        var client = await ConnectAsync(kind);

        var alone = await client.AskAsync($"server0:{agent}", "hi");
        var result = await client.AskAsync($"server0:{agent}", "hi", progress: new Hearing());

        Assert.True(result.IsError);
        Assert.Equal(arrived is null ? alone.Text() : $"{alone.Text()}\n\nThis had arrived before:\n{arrived}", result.Text());
    }

    [Fact]
    public async Task Asks_for_the_whole_answer_where_only_that_holds_what_was_asked_for()
    {
        var schema = JsonNode.Parse("""
            { "type": "object", "properties": { "celsius": { "type": "number" } }, "required": ["celsius"], "additionalProperties": false }
            """);

        await AssertAsksForTheWholeAnswerAsync("objectAgent", new { structuredOutput = new { schema } });
        await AssertAsksForTheWholeAnswerAsync("echoAgent", new { }, "MCP_RESULT_DETAIL=full");
    }

    [Fact]
    public async Task Passes_on_nothing_before_a_guard_has_read_it_even_if_the_agents_were_never_listed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var relay = await RelayAsync(RealServer.Mastra1);
        string[] settings = ["MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}"];
        await using var first = await Proxy.StartAsync(settings);
        await using var second = await Proxy.StartAsync(settings);
        await using var connecting = await first.CreateClientAsync();
        await using var calling = await second.CreateClientAsync();
        await connecting.FieldsAsync("connectServer", new { serverUrl = relay.Url, serverName = "shared" });
        relay.TakeRequests();
        var heard = new Hearing();

        var guarded = await calling.AskAsync("shared:censoredAgent", "hi", progress: heard);
        await calling.AskAsync("shared:censoredAgent", "hi", progress: heard);

        Assert.Equal("A guard on server 'shared' stopped agent 'censoredAgent': nothing may be said. Ask for something else.", guarded.Text());
        Assert.Empty(heard.Words);
        string[] requests = ["GET /api/agents/censoredAgent", "POST /api/agents/censoredAgent/generate", "POST /api/agents/censoredAgent/generate"];
        Assert.Equal(requests, TakeRequests(relay));
    }

    private static string? WithoutIds(string? text) => text is null ? null : Uuid().Replace(text, "(id)");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    private static string? Member(CallToolResult result, string name)
        => result.StructuredContent!.Value.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.GetRawText() : null;

    private async Task AssertAsksForTheWholeAnswerAsync(string agent, object agentOptions, params string[] settings)
    {
        await using var relay = await RelayAsync(RealServer.Mastra1);
        var client = await ConnectAsync(relay.Url, settings);
        var heard = new Hearing();

        var result = await client.CallAsync("callAgent", Call(agent, "generate", "hi", agentOptions: agentOptions), heard);

        Assert.False(result.IsError is true, result.Text());
        Assert.Equal($"POST /api/agents/{agent}/generate", TakeRequests(relay).Last());
        Assert.Empty(heard.Words);
    }
}
