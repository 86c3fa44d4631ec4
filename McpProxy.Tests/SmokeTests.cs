using McpProxy.Tests.Infrastructure;

namespace McpProxy.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Lists()
    {
        await using var proxy = await Proxy.StartAsync("AGENT_SERVERS=http://127.0.0.1:9");
        await using var client = await proxy.CreateClientAsync();
        var r = await client.CallAsync("listAgents");
        TestContext.Current.TestOutputHelper!.WriteLine(r.Text());
        Assert.Equal("offline", r.StructuredContent!.Value.Get("serverAgents", 0, "status").GetString());
    }
}
