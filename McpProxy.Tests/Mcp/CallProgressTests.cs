namespace McpProxy.Tests.Mcp;

public sealed class CallProgressTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("server0:slowAgent", "stream", "2025-03-26")]
    [InlineData("server0:slowAgent", "stream", "2025-11-25")]
    [InlineData("server0:slowAgent", "stream", "2026-07-28")]
    [InlineData("server0:slowAgent", "generate", "2025-11-25")]
    [InlineData("server0:slowAgent", "generate", "2026-07-28")]
    public async Task Tells_what_the_agent_says_while_it_says_it(string agentId, string interactionType, string revision)
    {
        await using var client = await fixture.Proxy.CreateClientAsync(revision);
        var heard = new Hearing();

        var result = await client.AskAsync(agentId, "count", interactionType, heard);

        var values = heard.Values.ToList();
        Assert.True(values.Count >= 5, $"The ten words came in {values.Count} pieces.");
        // A client may miss progress that comes right before the answer.
        Assert.StartsWith(heard.Words, result.Text() + " ", StringComparison.Ordinal);
        Assert.Equal(values.Select(value => value.Progress).Order().Distinct(), values.Select(value => value.Progress));
        Assert.Equal("one two three four five six seven eight nine ten", result.Text().Trim());
    }

    [Fact]
    public async Task Answers_the_same_to_those_who_listen_and_those_who_wait()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var alone = await client.AskAsync("server0:weatherAgent", "Tokyo, then Lima");
        var result = await client.AskAsync("server0:weatherAgent", "Tokyo, then Lima", progress: new Hearing());

        Assert.Equal("It is 23 degrees and cloudy in Tokyo. It is 18 degrees and foggy in Lima.", result.Text());
        Assert.Equal(alone.Text(), result.Text());
        Assert.Equal(25, result.StructuredContent!.Value.Get("usage", "totalTokens").GetInt32());
    }

    [Fact]
    public async Task Gives_a_sign_of_life_while_the_agent_says_nothing()
    {
        await using var hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={hostile.Url(HostileAgentServer.Friendly)}", "MCP_CALL_TIMEOUT_SECONDS=10");
        await using var client = await proxy.CreateClientAsync();
        var heard = new Hearing();

        var result = await client.AskAsync("server0:hang", "count", progress: heard);

        Assert.True(result.IsError);
        Assert.Null(Assert.Single(heard.Values).Message);
    }
}
