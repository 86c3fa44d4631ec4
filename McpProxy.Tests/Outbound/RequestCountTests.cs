namespace McpProxy.Tests.Outbound;

/// <summary>How many requests a call costs the agent server, and how many of them may run.</summary>
public sealed class RequestCountTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string Agents = "/" + HostileAgentServer.Friendly + "/api/agents";

    [Theory]
    [InlineData("echo")]
    [InlineData("server0:echo")]
    public async Task A_call_costs_one_request_once_the_server_is_known(string agentId)
    {
        await using var server = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}");
        await using var client = await proxy.CreateClientAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.False((await client.AskAsync(agentId, "Hello")).IsError is true);
        }

        Assert.Equal(1, Count("GET"));
        Assert.Equal(3, Count("POST"));

        int Count(string method) => server.Requests.Count(request => request.Method == method && request.Path.StartsWith(Agents, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resuming_what_can_not_be_resumed_sends_nothing()
    {
        await using var server = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}");
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("callAgent", new { targetAgentId = "server0:echo", threadId = "t", resume = "yes" });

        Assert.Equal(
            "Only what an agent on server 'server0' has asked can be answered. Call again with the threadId that came with the question.",
            failure);
        Assert.DoesNotContain(server.Requests, request => request.IsCall);
    }

    [Fact]
    public async Task Calls_beyond_those_that_may_run_and_wait_are_refused()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_MAX_CALLS_PER_SERVER=1");
        await using var client = await proxy.CreateClientAsync();
        await client.FieldsAsync("listAgents");

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.AskAsync("server0:slowAgent", "count")));

        Assert.Equal(2, results.Count(result => result.Text().StartsWith("one two", StringComparison.Ordinal)));
        Assert.Equal(
            "Agent server 'server0' already has 1 calls running and as many waiting. Try again when some have ended.",
            Assert.Single(results, result => result.IsError is true).Text());
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_ended_and_says_so()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_CALL_TIMEOUT_SECONDS=1");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:slowAgent", "count", "stream");

        Assert.True(result.IsError);
        Assert.StartsWith("Agent server 'server0' did not finish within 1 s.", result.Text(), StringComparison.Ordinal);
        Assert.Contains("This had arrived before:\none ", result.Text(), StringComparison.Ordinal);
        var fields = Assert.NotNull(result.StructuredContent);
        Assert.StartsWith("one ", fields.Get("responseData", "text").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("Agent server 'server0' did not finish within 1 s.", fields.Get("error", "message").GetString(), StringComparison.Ordinal);
    }
}
