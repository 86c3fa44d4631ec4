namespace McpProxy.Tests.Interop;

/// <summary>What a client reads when a Mastra agent ends without text.</summary>
public sealed class MastraWordlessTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData(RealServer.Mastra1, "generate")]
    [InlineData(RealServer.Mastra1, "stream")]
    [InlineData(RealServer.Mastra010, "generate")]
    [InlineData(RealServer.Mastra010, "stream")]
    public async Task Says_what_an_agent_did_that_ended_without_words(RealServer kind, string interactionType)
    {
        var client = await ConnectAsync(kind);

        var result = await client.CallAsync("callAgent", Call("weatherAgent", interactionType, "Paris", agentOptions: new { maxSteps = 1 }));

        Assert.Equal("The agent called weatherTool and ended without words (finish reason: tool-calls).", result.Text());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Shows_the_object_an_agent_was_asked_for(string interactionType)
    {
        var client = await ConnectAsync(RealServer.Mastra010);
        var output = new { type = "object", properties = new { celsius = new { type = "number" } }, required = new[] { "celsius" } };

        var result = await client.CallAsync("callAgent", Call("objectAgent", interactionType, "Paris", agentOptions: new { output }));

        Assert.Equal("""{"celsius":21}""", result.Text());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Says_that_a_guard_stopped_an_agent(string interactionType)
    {
        var client = await ConnectAsync(RealServer.Mastra1);

        var failure = await client.FailureAsync("callAgent", Call("guardedAgent", interactionType, "hi"));

        Assert.Equal("A guard on server 'server0' stopped agent 'guardedAgent': nobody may pass. Ask for something else.", failure);
    }
}
