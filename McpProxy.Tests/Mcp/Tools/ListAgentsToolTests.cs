using Microsoft.AspNetCore.Builder;

namespace McpProxy.Tests.Mcp.Tools;

public sealed class ListAgentsToolTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Fact]
    public async Task Shows_every_server_with_its_agents_and_counts_them()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("listAgents");

        var mastra = fields.Get("serverAgents", 0);
        Assert.Equal("server0", mastra.Get("serverName").GetString());
        Assert.Equal(fixture.MastraUrl, mastra.Get("serverUrl").GetString());
        Assert.Equal("mastra", mastra.Get("serverType").GetString());
        Assert.Equal("Mastra Server (server0)", mastra.Get("serverDescription").GetString());
        Assert.Equal("online", mastra.Get("status").GetString());
        Assert.False(mastra.Get("isDynamic").GetBoolean());
        Assert.False(mastra.TryGetProperty("error", out _));
        Assert.Equal("langgraph", fields.Get("serverAgents", 1, "serverType").GetString());

        var echo = mastra.Get("agents").EnumerateArray().Single(agent => agent.Get("id").GetString() is "echoAgent");
        Assert.Equal("server0:echoAgent", echo.Get("fullyQualifiedId").GetString());
        Assert.NotEmpty(echo.Get("name").GetString()!);
        Assert.NotEmpty(echo.Get("description").GetString()!);

        var summary = fields.Get("summary");
        Assert.Equal(2, summary.Get("totalServers").GetInt32());
        Assert.Equal(2, summary.Get("staticServers").GetInt32());
        Assert.Equal(0, summary.Get("dynamicServers").GetInt32());
        Assert.Equal(2, summary.Get("onlineServers").GetInt32());
        Assert.Equal(12, summary.Get("totalAgents").GetInt32());
        Assert.Contains(
            summary.Get("agentConflicts").EnumerateArray(),
            conflict => conflict.Get("agentId").GetString() is "echoAgent" && conflict.Get("servers").GetArrayLength() is 2);
    }

    [Fact]
    public async Task Says_the_same_as_text_in_a_line_for_each_server_and_agent()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var lines = (await client.CallAsync("listAgents")).Text().Split('\n');

        Assert.Equal($"server0 (mastra, {fixture.MastraUrl}) is online", lines[0]);
        Assert.Equal("- server0:echoAgent (Echo Agent): Repeats what it is told.", lines[1]);
        Assert.Contains("- server1:weatherAgent: Tells the weather of a dozen cities with a tool.", lines);
        Assert.Equal(14, lines.Length);
    }

    [Theory]
    [InlineData(true, "No agent server is connected. Connect one with connectServer and its base URL, or set AGENT_SERVERS where the proxy runs.")]
    [InlineData(false, "No agent server is connected. Whoever runs the proxy can set AGENT_SERVERS to their base URLs.")]
    public async Task Says_how_to_connect_a_server_when_there_is_none(bool mayConnect, string hint)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_DYNAMIC_CONNECTIONS={mayConnect}");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.CallAsync("listAgents");

        Assert.Equal(hint, result.Text());
        Assert.Equal(hint, Assert.NotNull(result.StructuredContent).Get("hint").GetString());
    }

    [Fact]
    public async Task Shows_a_server_that_is_down_and_keeps_the_rest()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={FreePort.Url()},{fixture.LangGraphUrl}", "MASTRA_LISTING_RETRIES=0");
        await using var client = await proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("listAgents");

        var down = fields.Get("serverAgents", 0);
        Assert.Equal("offline", down.Get("status").GetString());
        Assert.Equal("unknown", down.Get("serverType").GetString());
        Assert.Equal("Agent server 'server0' could not be reached. Check that it is running.", down.Get("error").GetString());
        Assert.Equal("online", fields.Get("serverAgents", 1, "status").GetString());
        Assert.Equal(1, fields.Get("summary", "onlineServers").GetInt32());
    }

    [Fact]
    public async Task Sees_a_server_that_comes_up_later()
    {
        var url = FreePort.Url();
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={url}", "MASTRA_LISTING_RETRIES=0");
        await using var client = await proxy.CreateClientAsync();
        Assert.Equal("offline", (await client.FieldsAsync("listAgents")).Get("serverAgents", 0, "status").GetString());

        await using var late = WebApplication.Create(["--Logging:LogLevel:Default=None"]);
        late.MapGet("/api/agents", () => new { late = new { name = "Late", instructions = "Come late." } });
        late.Urls.Add(url);
        await late.StartAsync(TestContext.Current.CancellationToken);

        var server = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        Assert.Equal("online", server.Get("status").GetString());
        Assert.Equal("server0:late", server.Get("agents", 0, "fullyQualifiedId").GetString());
    }
}
