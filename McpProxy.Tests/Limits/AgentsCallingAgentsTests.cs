namespace McpProxy.Tests.Limits;

/// <summary>Agents that are MCP clients of the proxy themselves and call each other through it.</summary>
public sealed class AgentsCallingAgentsTests
{
    [Theory]
    [InlineData("mastra:relayAgent", "generate")]
    [InlineData("mastra:relayAgent", "stream")]
    [InlineData("langgraph:relayAgent", "generate")]
    [InlineData("langgraph:relayAgent", "stream")]
    [InlineData("a2a:relayAgent", "stream")]
    [InlineData("openai:relayAgent", "generate")]
    public async Task An_agent_that_calls_itself_is_called_as_often_as_allowed_and_told_why_no_more(string relay, string interactionType)
    {
        await using var system = await RelaySystem.StartAsync(onlyTraced: false, "MCP_MAX_HOPS=3");

        var result = await system.Client.AskAsync(relay, relay, interactionType);

        Assert.StartsWith("The agent was not called: it would be call 4 in a chain", result.Text(), StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3"], system.Calls.Select(call => call.Split(' ')[^1]));
    }

    [Fact]
    public async Task Agents_in_a_circle_are_called_as_often_as_allowed()
    {
        await using var system = await RelaySystem.StartAsync(onlyTraced: false);

        var result = await system.Client.AskAsync(
            "mastra:relayAgent", "langgraph:relayAgent mastra:relayAgent langgraph:relayAgent mastra:relayAgent langgraph:echoAgent never");

        Assert.Contains("MCP_MAX_HOPS allows 5", result.Text(), StringComparison.Ordinal);
        Assert.Equal(["mastra:relayAgent 1", "langgraph 2", "mastra:relayAgent 3", "langgraph 4", "mastra:relayAgent 5"], system.Calls);
    }

    [Fact]
    public async Task A_chain_that_is_no_longer_than_allowed_answers()
    {
        await using var system = await RelaySystem.StartAsync(onlyTraced: false, "MCP_MAX_HOPS=3");

        var result = await system.Client.AskAsync("mastra:relayAgent", "langgraph:relayAgent mastra:echoAgent hello there");

        Assert.Equal("echo: hello there", result.Text());
        Assert.Equal(["mastra:relayAgent 1", "langgraph 2", "mastra:echoAgent 3"], system.Calls);
    }

    [Fact]
    public async Task A_chain_crosses_all_types_of_agent_servers()
    {
        await using var system = await RelaySystem.StartAsync(onlyTraced: false);

        var result = await system.Client.AskAsync(
            "openai:relayAgent", "a2a:relayAgent langgraph:relayAgent mastra:relayAgent openai:echoAgent hello there", "stream");

        Assert.Equal("echo: hello there", result.Text());
        Assert.Equal(["openai 1", "a2a 2", "langgraph 3", "mastra:relayAgent 4", "openai 5"], system.Calls);
    }

    [Theory]
    [InlineData("mastra:relayAgent")]
    [InlineData("langgraph:relayAgent")]
    [InlineData("a2a:relayAgent")]
    [InlineData("openai:relayAgent")]
    public async Task Agents_that_know_nothing_of_hops_are_stopped_by_what_their_instrumentation_passes_on(string relay)
    {
        await using var system = await RelaySystem.StartAsync(onlyTraced: true, "MCP_MAX_HOPS=3");

        var result = await system.Client.AskAsync(relay, relay);

        Assert.StartsWith("The agent was not called: it would be call 4 in a chain", result.Text(), StringComparison.Ordinal);
        Assert.Equal(3, system.Calls.Count);
    }

    [Fact]
    public async Task Chains_at_the_same_time_are_counted_apart()
    {
        await using var system = await RelaySystem.StartAsync(onlyTraced: false, "MCP_MAX_HOPS=3");

        var (circles, chains) = (Enumerable.Range(0, 4), Enumerable.Range(0, 4));
        var circling = Task.WhenAll(circles.Select(_ => system.Client.AskAsync("mastra:relayAgent", "mastra:relayAgent")));
        var answers = await Task.WhenAll(chains.Select(i => system.Client.AskAsync("langgraph:relayAgent", $"langgraph:relayAgent mastra:echoAgent {i}")));

        Assert.Equal(chains.Select(i => $"echo: {i}"), answers.Select(answer => answer.Text()));
        Assert.All(await circling, answer => Assert.Contains("it would be call 4", answer.Text(), StringComparison.Ordinal));
        Assert.Equal(4 * (3 + 3), system.Calls.Count);
    }
}
