namespace McpProxy.Tests.Interop;

/// <summary>Since 1.0, agents on models of AI SDK v4 answer on other endpoints than the rest.</summary>
public sealed class MastraLegacyModelTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Calls_agents_on_older_models_where_a_new_server_runs_them(string interactionType)
    {
        await using var relay = await RelayAsync(RealServer.Mastra1);
        var client = await ConnectAsync(relay.Url);

        var result = await client.AskAsync("server0:legacyAgent", "hi there", interactionType);

        Assert.Equal("legacy echo: hi there", result.Text());
        AssertUsage(7, 4, result.StructuredContent!.Value);
        Assert.Equal(["GET /api/agents?partial=true", $"POST /api/agents/legacyAgent/{interactionType}-legacy"], TakeRequests(relay));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Learns_from_the_refusal_of_a_server_that_does_not_name_its_models(string interactionType)
    {
        await using var relay = await RelayAsync(RealServer.Mastra1, body => body.Replace("modelVersion", "unheardOf", StringComparison.Ordinal));
        var client = await ConnectAsync(relay.Url);

        var first = await client.AskAsync("server0:legacyAgent", "one", interactionType);
        var requestsForTheFirst = TakeRequests(relay).ToList();
        var second = await client.AskAsync("server0:legacyAgent", "two", interactionType);

        Assert.Equal("legacy echo: one", first.Text());
        Assert.Equal(
            [$"POST /api/agents/legacyAgent/{interactionType}", $"POST /api/agents/legacyAgent/{interactionType}-legacy"],
            requestsForTheFirst.Skip(1));
        Assert.Equal("legacy echo: two", second.Text());
        Assert.Equal([$"POST /api/agents/legacyAgent/{interactionType}-legacy"], TakeRequests(relay));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Learns_that_an_agent_got_a_newer_model(string interactionType)
    {
        await using var relay = await RelayAsync(
            RealServer.Mastra1,
            body => body.Replace("\"modelVersion\":\"v2\"", "\"modelVersion\":\"v1\"", StringComparison.Ordinal));
        var client = await ConnectAsync(relay.Url);

        var result = await client.AskAsync("server0:echoAgent", "hi", interactionType);

        Assert.Equal("echo: hi", result.Text());
    }
}
