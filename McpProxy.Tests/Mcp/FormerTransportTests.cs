using System.Net;

namespace McpProxy.Tests.Mcp;

/// <summary>What is left of the transport with server-sent events that the protocol once had.</summary>
public sealed class FormerTransportTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("/mcp/sse")]
    [InlineData("/mcp/message")]
    public async Task Points_clients_of_the_former_transport_to_the_present_one(string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains("/mcp", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_paths_of_the_former_transport_may_be_the_same()
    {
        await using var proxy = await Proxy.StartAsync("MCP_SSE_PATH=/sse", "MCP_MESSAGE_PATH=/SSE/");
        using var http = new HttpClient { BaseAddress = proxy.Url };

        Assert.Equal(HttpStatusCode.Gone, (await http.GetAsync("/sse", TestContext.Current.CancellationToken)).StatusCode);
    }
}
