namespace McpProxy.Tests.Mcp.Tools;

public sealed class DescribeAgentToolTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("server0:weatherAgent", "mastra", "instructions")]
    [InlineData("server1:weatherAgent", "langgraph", "description")]
    public async Task Tells_everything_the_server_tells(string agentId, string serverType, string member)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("describeAgent", new { agentId });

        Assert.True(fields.Get("success").GetBoolean());
        Assert.Equal("weatherAgent", fields.Get("agentId").GetString());
        Assert.Equal(agentId, fields.Get("fullyQualifiedId").GetString());
        Assert.Equal(agentId.Split(':')[0], fields.Get("serverName").GetString());
        Assert.Equal(serverType, fields.Get("serverType").GetString());
        Assert.Equal("explicit_qualification", fields.Get("resolutionMethod").GetString());
        Assert.Equal("weatherAgent", fields.Get("agentDetails", "id").GetString());
        Assert.NotEmpty(fields.Get("agentDetails", member).GetString()!);
    }

    [Fact]
    public async Task Finds_an_agent_by_the_url_of_its_server()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("describeAgent", new { agentId = "echoAgent", serverUrl = fixture.LangGraphUrl + "/" });

        Assert.Equal("explicit_url_override", fields.Get("resolutionMethod").GetString());
        Assert.Equal("server1:echoAgent", fields.Get("fullyQualifiedId").GetString());
        Assert.Equal(fixture.LangGraphUrl, fields.Get("serverUsed").GetString());
    }
}
