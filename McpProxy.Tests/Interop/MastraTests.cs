namespace McpProxy.Tests.Interop;

/// <summary>Mastra servers, the newest and the ones that many still run, through the front door.</summary>
public sealed class MastraTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData(RealServer.Mastra1, "Repeats what it is told.")]
    [InlineData(RealServer.Mastra010, null)]
    public async Task Lists_agents_with_what_the_server_says_of_them(RealServer kind, string? description)
    {
        var client = await ConnectAsync(kind);

        var server = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);

        Assert.Equal("mastra", server.Get("serverType").GetString());
        Assert.Equal("online", server.Get("status").GetString());
        var echo = server.Get("agents").EnumerateArray().Single(agent => agent.Get("id").GetString() is "echoAgent");
        Assert.Equal("Echo Agent", echo.Get("name").GetString());
        Assert.Equal(description, echo.TryGetProperty("description", out var said) ? said.GetString() : null);
    }

    [Theory]
    [InlineData(RealServer.Mastra1)]
    [InlineData(RealServer.Mastra010)]
    public async Task Describes_an_agent_with_its_tools(RealServer kind)
    {
        var client = await ConnectAsync(kind);

        var details = (await client.FieldsAsync("describeAgent", new { agentId = "server0:weatherAgent" })).Get("agentDetails");

        Assert.Equal(["id", "name"], details.EnumerateObject().Take(2).Select(member => member.Name));
        Assert.Equal("weatherAgent", details.Get("id").GetString());
        Assert.Equal("Weather Agent", details.Get("name").GetString());
        Assert.Equal("You tell the weather.", details.Get("instructions").GetString());
        Assert.Equal("The weather in a city.", details.Get("tools", "weatherTool", "description").GetString());
    }

    [Theory]
    [InlineData(RealServer.Mastra1)]
    [InlineData(RealServer.Mastra010)]
    public async Task Generates_an_answer(RealServer kind)
    {
        var client = await ConnectAsync(kind);

        var result = await client.AskAsync("server0:echoAgent", "hi there");

        Assert.Equal("echo: hi there", result.Text());
        var fields = result.StructuredContent!.Value;
        Assert.Equal("echo: hi there", fields.Get("responseData", "text").GetString());
        Assert.Equal("stop", fields.Get("finishReason").GetString());
        AssertUsage(7, 3, fields);
        Assert.False(fields.TryGetProperty("threadId", out _));
    }

    [Fact]
    public async Task Lets_the_callers_options_win()
    {
        var client = await ConnectAsync(RealServer.Mastra1);
        var (asked, meant) = (Guid.NewGuid().ToString(), new { memory = new { thread = Guid.NewGuid().ToString(), resource = "ann" } });

        await client.FieldsAsync("callAgent", Call("memoryAgent", "generate", "one", asked, "ann", meant));
        var second = await client.CallAsync("callAgent", Call("memoryAgent", "generate", "two", agentOptions: meant));

        Assert.Equal("seen 2 user messages, last: two", second.Text());
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("echo\u200BAgent")]
    public async Task Sends_nothing_for_an_id_that_is_no_name_of_an_agent(string agentId)
    {
        await using var relay = await RelayAsync(RealServer.Mastra1);
        var client = await ConnectAsync(relay.Url);

        await client.FailureAsync("describeAgent", new { agentId = $"server0:{agentId}" });
        await client.FailureAsync("callAgent", Call(agentId, "generate", "hi"));

        Assert.Equal(["GET /api/agents?partial=true"], TakeRequests(relay));
    }
}
