using System.Text.Json.Nodes;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Interop;

/// <summary>What only agents of a real Mastra server do over A2A.</summary>
public sealed class A2AMastraTests(RealAgentServers servers) : IAsyncLifetime
{
    private RealAgentServer _server = null!;
    private Proxy _proxy = null!;
    private McpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await servers.GetAsync(RealServer.Mastra1, TestContext.Current.CancellationToken);
        _proxy = await Proxy.StartAsync($"AGENT_SERVERS=real=a2a+{_server.Url}api", "AGENT_SERVER_AGENTS:real=waitingAgent askingAgent slowAgent");
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

    [Theory]
    [InlineData("waitingAgent", "true")]
    [InlineData("waitingAgent", "false")]
    [InlineData("waitingAgent", """{"approved":true}""")]
    [InlineData("askingAgent", """{"tune":"bells"}""")]
    public async Task Goes_on_once_it_is_answered(string agent, string answer)
    {
        var waiting = await _client.AskAsync($"real:{agent}", "Paris");
        var threadId = waiting.StructuredContent!.Value.Get("threadId").GetString();

        var result = await _client.CallAsync(
            "callAgent", new { targetAgentId = $"real:{agent}", threadId, resume = JsonNode.Parse(answer) });

        Assert.StartsWith("The agent stopped and waits for an answer to this: ", waiting.Text(), StringComparison.Ordinal);
        Assert.Contains(agent is "askingAgent" ? "Which tune?" : "alarmTool", waiting.Text(), StringComparison.Ordinal);
        Assert.Equal("It rings.", result.Text());
    }

    [Fact]
    public async Task Stops_an_agent_whose_client_leaves()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var stopped = _server.WaitForOutputAsync("mock-slow stopped after");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?> { ["targetAgentId"] = "real:slowAgent", ["message"] = "go" },
            new Hearing(_ => leaving.Cancel()),
            cancellationToken: leaving.Token));

        await stopped;
    }
}
