using System.Text.Json.Nodes;

namespace McpProxy.Tests.Interop;

/// <summary>What only a whole answer tells, and what may only be told when it is whole, a client that asked for progress gets at the end.</summary>
public sealed class MastraWholeAnswerTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Fact]
    public async Task Asks_for_the_whole_answer_where_only_that_holds_what_was_asked_for()
    {
        var schema = JsonNode.Parse("""{ "type": "object", "properties": { "celsius": { "type": "number" } }, "required": ["celsius"], "additionalProperties": false }""");

        await AssertAsksForTheWholeAnswerAsync(RealServer.Mastra1, "objectAgent", new { structuredOutput = new { schema } });
        await AssertAsksForTheWholeAnswerAsync(RealServer.Mastra1, "echoAgent", new { returnScorerData = true });
        await AssertAsksForTheWholeAnswerAsync(RealServer.Mastra010, "objectAgent", new { output = schema });
        await AssertAsksForTheWholeAnswerAsync(RealServer.Mastra010, "objectAgent", new { experimental_output = schema });
    }

    [Fact]
    public async Task Keeps_to_itself_what_a_guard_reads_first_also_where_nobody_has_listed_the_agents()
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
        var open = await calling.AskAsync("shared:echoAgent", "hi", progress: new Hearing());

        Assert.Equal("A guard on server 'shared' stopped agent 'censoredAgent': nothing may be said. Ask for something else.", guarded.Text());
        Assert.Empty(heard.Words);
        Assert.Equal("echo: hi", open.Text());
        Assert.Equal(
            [
                "GET /api/agents/censoredAgent",
                "POST /api/agents/censoredAgent/generate",
                "POST /api/agents/censoredAgent/generate",
                "GET /api/agents/echoAgent",
                "POST /api/agents/echoAgent/stream",
            ],
            relay.TakeRequests());
    }

    private async Task AssertAsksForTheWholeAnswerAsync(RealServer kind, string agent, object agentOptions)
    {
        await using var relay = await RelayAsync(kind);
        var client = await ConnectAsync(relay.Url);
        var heard = new Hearing();

        var result = await client.CallAsync("callAgent", Call(agent, "generate", "hi", agentOptions: agentOptions), heard);

        Assert.False(result.IsError is true, result.Text());
        Assert.Equal($"POST /api/agents/{agent}/generate", relay.TakeRequests()[^1]);
        Assert.Empty(heard.Words);
    }
}
