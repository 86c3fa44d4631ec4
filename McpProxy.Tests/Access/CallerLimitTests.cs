using System.Net;

namespace McpProxy.Tests.Access;

/// <summary>How much one caller may take, so that there is something left for the others.</summary>
public sealed class CallerLimitTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>
{
    private string[] Settings =>
        [$"AGENT_SERVERS={new Uri(agents.Client.BaseAddress!, "mastra")}", "MCP_API_KEY__ann__Key=ann", "MCP_API_KEY__sam__Key=sam"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_requests_than_allowed_are_refused_with_when_to_come_again_and_others_get_in()
    {
        await using var proxy = await Proxy.StartAsync([.. Settings, "MCP_CALLER_REQUESTS_PER_MINUTE=2"]);
        for (var i = 0; i < 2; i++)
        {
            using var allowed = await SendAsync(proxy, "ann");
            Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        }

        using var refused = await SendAsync(proxy, "ann");
        using var other = await SendAsync(proxy, "sam");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("MCP_CALLER_REQUESTS_PER_MINUTE", await refused.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task More_calls_in_a_minute_than_allowed_are_refused_in_a_sentence()
    {
        await using var proxy = await Proxy.StartAsync([.. Settings, "MCP_CALLER_CALLS_PER_MINUTE=2"]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var sam = await proxy.CreateClientWithAsync("sam");
        await ann.AskAsync("echoAgent", "1");
        await ann.AskAsync("echoAgent", "2");

        var refused = await ann.AskAsync("echoAgent", "3");

        Assert.Matches(
            @"^The agent was not called: one caller may begin 2 calls a minute \(MCP_CALLER_CALLS_PER_MINUTE\)\. Call it in \d+ s\.$", refused.Text());
        Assert.Equal("busy", refused.StructuredContent!.Value.Get("error", "kind").GetString());
        Assert.InRange(refused.StructuredContent!.Value.Get("error", "retryAfterSeconds").GetInt32(), 1, 60);
        Assert.Equal("echo: 4", (await sam.AskAsync("echoAgent", "4")).Text());
        Assert.Equal(1, (await ann.FieldsAsync("listAgents")).Get("summary", "totalServers").GetInt32());
    }

    [Fact]
    public async Task More_calls_at_once_than_allowed_are_refused_until_one_has_ended()
    {
        await using var proxy = await Proxy.StartAsync([.. Settings, "MCP_CALLER_MAX_CALLS=1"]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var sam = await proxy.CreateClientWithAsync("sam");
        var begun = await ann.FieldsAsync("callAgent", new { targetAgentId = "slowAgent", message = "count to 1000", background = true });

        Assert.Contains("MCP_CALLER_MAX_CALLS", (await ann.AskAsync("echoAgent", "hi")).Text(), StringComparison.Ordinal);
        Assert.Equal("echo: hi", (await sam.AskAsync("echoAgent", "hi")).Text());

        await ann.CallAsync("cancelAgentRun", new { runId = begun.Get("runId").GetString() });
        await Wait.UntilAsync(async () => (await ann.AskAsync("echoAgent", "hi")).Text() is "echo: hi");
    }

    private static async Task<HttpResponseMessage> SendAsync(Proxy proxy, string key)
    {
        using var http = AccessTokenTests.Client(proxy, key);
        http.BaseAddress = proxy.Endpoint;

        return await http.SendAsync(McpRequest.OfModern("tools/list"), CancellationToken);
    }
}
