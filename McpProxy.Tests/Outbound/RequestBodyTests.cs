namespace McpProxy.Tests.Outbound;

/// <summary>Requests to agent servers are in a form that simple HTTP servers can read too.</summary>
public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(HostileAgentServer.Friendly, HostileAgentServer.Echo)]
    [InlineData(HostileAgentServer.FriendlyGraph, "array")]
    public async Task A_body_says_how_long_it_is_and_does_not_come_in_chunks(string server, string agent)
    {
        await using var hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={hostile.Url(server)}");
        await using var client = await proxy.CreateClientAsync();

        await client.AskAsync($"server0:{agent}", "Grüße");
        await client.AskAsync($"server0:{agent}", "Grüße", "stream");

        var posts = hostile.Requests.Where(request => request.Method is "POST" && request.Body is not "").ToList();
        Assert.Contains(posts, request => request.IsCall);
        Assert.All(posts, request =>
        {
            Assert.True(int.Parse(request.Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture) >= request.Body.Length);
            Assert.DoesNotContain("Transfer-Encoding", request.Headers.Keys);
            Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        });
    }
}
