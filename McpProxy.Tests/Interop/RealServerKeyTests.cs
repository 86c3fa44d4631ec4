namespace McpProxy.Tests.Interop;

/// <summary>Real agent servers that ask for a key.</summary>
public sealed class RealServerKeyTests(RealAgentServers servers)
{
    [Theory]
    [InlineData(RealServer.Mastra1WithToken, "echoAgent", "Token", "generate")]
    [InlineData(RealServer.Mastra1WithToken, "echoAgent", "Token", "stream")]
    [InlineData(RealServer.LangGraphWithKey, "echo", "ApiKey", "generate")]
    [InlineData(RealServer.LangGraphWithKey, "echo", "ApiKey", "stream")]
    [InlineData(RealServer.A2AWithToken, "echoAgent", "Token", "generate")]
    public async Task Answers_when_it_is_shown_its_key(RealServer kind, string agent, string setting, string interactionType)
    {
        await using var proxy = await StartAsync(kind, $"AGENT_SERVER_AUTH:real:{setting}={RealAgentServer.Secret}");
        await using var client = await proxy.CreateClientAsync();

        Assert.EndsWith(": hi", (await client.AskAsync($"real:{agent}", "hi", interactionType)).Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RealServer.Mastra1WithToken, "echoAgent", "Token", "wrong")]
    [InlineData(RealServer.Mastra1WithToken, "echoAgent", "Token", "")]
    [InlineData(RealServer.LangGraphWithKey, "echo", "ApiKey", "wrong")]
    [InlineData(RealServer.LangGraphWithKey, "echo", "ApiKey", "")]
    [InlineData(RealServer.A2AWithToken, "echoAgent", "Token", "wrong")]
    [InlineData(RealServer.A2AWithToken, "echoAgent", "Token", "")]
    public async Task A_wrong_or_missing_key_is_reported_with_the_setting_for_it(RealServer kind, string agent, string setting, string secret)
    {
        await using var proxy = await StartAsync(kind, $"AGENT_SERVER_AUTH:real:{setting}={secret}");
        await using var client = await proxy.CreateClientAsync();

        var called = await client.AskAsync($"real:{agent}", "hi");

        Assert.True(called.IsError);
        Assert.StartsWith(
            "Agent server 'real' asks for valid credentials (401). Set AGENT_SERVER_AUTH__real__Token", called.Text(), StringComparison.Ordinal);
        Assert.Equal("error", (await client.FieldsAsync("listAgents")).Get("serverAgents", 0, "status").GetString());
    }

    private async Task<Proxy> StartAsync(RealServer kind, string setting)
    {
        var server = await servers.GetAsync(kind, TestContext.Current.CancellationToken);

        return await Proxy.StartAsync($"AGENT_SERVERS=real={server.Url}{(kind is RealServer.A2AWithToken ? "rpc/echoAgent" : "")}", setting);
    }
}
