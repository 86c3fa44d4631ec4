namespace McpProxy.Tests.Mcp.Tools;

public sealed class DisconnectServerToolTests
{
    [Fact]
    public async Task Disconnects_a_server_and_names_those_that_remain()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();
        foreach (var name in new[] { "b", "a", "c" })
        {
            await client.FieldsAsync("connectServer", new { serverUrl = $"http://127.0.0.1/{name}", serverName = name, validateConnection = false });
        }

        var fields = await client.FieldsAsync("disconnectServer", new { serverName = "a" });

        Assert.True(fields.Get("success").GetBoolean());
        Assert.Equal("a", fields.Get("serverName").GetString());
        Assert.Equal(["b", "c"], fields.Get("remainingDynamicServers").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(
            "No server called 'a' was connected at run time. There is 'b', 'c'.", await client.FailureAsync("disconnectServer", new { serverName = "a" }));
    }

    [Fact]
    public async Task Leaves_a_server_of_the_configuration_alone_and_says_so()
    {
        await using var proxy = await Proxy.StartAsync("AGENT_SERVERS=http://127.0.0.1:9");
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("disconnectServer", new { serverName = "server0" });

        Assert.Equal(
            "'server0' comes from the setting AGENT_SERVERS, so it can't be disconnected here. Take it out of that setting and restart the proxy.", failure);
    }

    [Fact]
    public async Task Suggests_the_name_that_was_probably_meant()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();
        await client.FieldsAsync("connectServer", new { serverUrl = "http://127.0.0.1/kitchen", serverName = "kitchen", validateConnection = false });

        Assert.Equal(
            "No server called 'kichten' was connected at run time. Did you mean 'kitchen'? There is 'kitchen'.",
            await client.FailureAsync("disconnectServer", new { serverName = "kichten" }));
    }
}
