namespace McpProxy.Tests.SampleAgentServer;

public sealed class SignpostTests(SampleAgentServerFixture server) : IClassFixture<SampleAgentServerFixture>
{
    [Fact]
    public async Task Says_at_the_root_where_the_two_servers_are()
    {
        var text = await server.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains($"{server.Client.BaseAddress}mastra", text);
        Assert.Contains($"{server.Client.BaseAddress}langgraph", text);
        await server.Client.GetStringAsync("/health", TestContext.Current.CancellationToken);
    }
}
