using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>
/// A real server that speaks Responses besides its own dialect: it lists nothing there, knows agents by <c>agent_id</c>, keeps nothing unless it is told to
/// store, and calls its responses what it calls messages.
/// </summary>
public sealed class OpenAIMastraTests(RealAgentServers servers) : IAsyncLifetime
{
    private RealAgentServer _server = null!;
    private Proxy _proxy = null!;
    private McpClient _client = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await servers.GetAsync(RealServer.Mastra1, CancellationToken);
        _proxy = await StartAsync(_server);
        _client = await _proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
            await _proxy.DisposeAsync();
        }
    }

    [Fact]
    public async Task Lists_and_describes_the_agents_that_were_named()
    {
        var server = (await _client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        var details = (await _client.FieldsAsync("describeAgent", new { agentId = "real:echoAgent" })).Get("agentDetails");

        Assert.Equal(("openai", "online", 6), (server.Get("serverType").GetString(), server.Get("status").GetString(), server.Get("agents").GetArrayLength()));
        Assert.Equal("echoAgent", details.Get("id").GetString());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Answers_with_tools_and_usage(string interactionType)
    {
        var fields = (await CallAsync("weatherAgent", "Paris", interactionType)).StructuredContent!.Value;

        Assert.Equal("It is 21 degrees.", fields.Get("responseData", "text").GetString());
        Assert.Equal("""[{"name":"weatherTool","arguments":{"city":"Paris"}}]""", fields.Get("toolCalls").GetRawText());
        Assert.Equal("""{"inputTokens":14,"outputTokens":4,"totalTokens":18}""", fields.Get("usage").GetRawText());
        Assert.False(fields.TryGetProperty("threadId", out _));
    }

    [Fact]
    public async Task Goes_on_from_a_response_that_it_has_stored()
    {
        var first = await CallAsync("memoryAgent", "one", "generate", "new", store: true);
        var threadId = first.StructuredContent!.Value.Get("threadId").GetString();
        var second = await CallAsync("memoryAgent", "two", "stream", threadId, store: true);

        Assert.StartsWith("resp:msg_", threadId, StringComparison.Ordinal);
        Assert.Equal("seen 2 user messages, last: two", second.Text());
    }

    [Fact]
    public async Task Says_why_an_agent_failed_what_it_waits_for_and_that_there_is_none()
    {
        Assert.Contains("the model is out of order", (await CallAsync("failAgent", "hi", "generate")).Text(), StringComparison.Ordinal);
        Assert.Equal("The agent ended without words (incomplete).", (await CallAsync("failAgent", "hi", "stream")).Text());
        Assert.Contains("it wants its client to call 'alarmTool'", (await CallAsync("waitingAgent", "hi", "stream")).Text(), StringComparison.Ordinal);
        Assert.StartsWith("Agent server 'real' has no agent 'nobody'.", (await CallAsync("nobody", "hi", "generate")).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stops_the_model_when_the_client_leaves()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var prompt = $"{Guid.NewGuid()}";
        var stopped = _server.WaitForOutputAsync($"words on '{prompt}'");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?>
            {
                ["targetAgentId"] = "real:slowAgent",
                ["message"] = prompt,
                ["agentOptions"] = new { agent_id = "slowAgent" },
            },
            new Hearing(_ => leaving.Cancel()),
            cancellationToken: leaving.Token));

        await stopped;
    }

    [Theory]
    [InlineData(RealAgentServer.Secret, "echo: hi")]
    [InlineData("wrong", "Agent server 'real' asks for valid credentials (401). Set AGENT_SERVER_AUTH__real__Token")]
    public async Task Asks_for_its_key(string key, string expected)
    {
        await using var proxy = await StartAsync(await servers.GetAsync(RealServer.Mastra1WithToken, CancellationToken), $"AGENT_SERVER_AUTH:real:Token={key}");
        await using var client = await proxy.CreateClientAsync();

        Assert.StartsWith(expected, (await CallAsync("echoAgent", "hi", "generate", client: client)).Text(), StringComparison.Ordinal);
    }

    private static Task<Proxy> StartAsync(RealAgentServer server, params string[] settings) => Proxy.StartAsync([
        $"AGENT_SERVERS=real=openai+{new Uri(server.Url, "api")}",
        "AGENT_SERVER_AGENTS:real=echoAgent slowAgent weatherAgent memoryAgent failAgent waitingAgent",
        .. settings,
    ]);

    private Task<CallToolResult> CallAsync(
        string agent, string message, string interactionType, string? threadId = null, bool store = false, McpClient? client = null)
        => (client ?? _client).CallAsync(
            "callAgent", new { targetAgentId = $"real:{agent}", message, interactionType, threadId, agentOptions = new { agent_id = agent, store } });
}
