using System.Net.Http.Json;
using System.Text.Json;
using McpProxy.Tests.Infrastructure;
using ModelContextProtocol;

namespace McpProxy.Tests.Interop;

/// <summary>A run goes on when its connection breaks, unless it is cancelled on its server.</summary>
public sealed class LangGraphCancellationTests(RealAgentServers servers)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancels_a_streaming_run_whose_client_leaves(bool hasThread)
    {
        var server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url}");
        await using var client = await proxy.CreateClientAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var stopped = server.WaitForOutputAsync("the model stopped after", CancellationToken);

        var call = client.CallToolAsync("callAgent", Slow("stream", hasThread ? Guid.NewGuid().ToString() : null), new LeaveAtOnce(leaving), cancellationToken: leaving.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.AsTask());
        await stopped;
    }

    [Fact]
    public async Task Cancels_a_run_that_takes_too_long()
    {
        var server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url}", "MCP_CALL_TIMEOUT_SECONDS=1");
        await using var client = await proxy.CreateClientAsync();
        var threadId = Guid.NewGuid().ToString();
        await client.AskAsync("server0:echo", "warm up");

        var result = await client.CallToolAsync("callAgent", Slow("generate", threadId), cancellationToken: CancellationToken);

        Assert.Contains("did not finish within 1 s", result.Text(), StringComparison.Ordinal);
        using var direct = new HttpClient { BaseAddress = server.Url };
        var runs = await direct.GetFromJsonAsync<JsonElement>($"threads/{threadId}/runs", CancellationToken);
        Assert.NotEqual("success", runs.Get(0, "status").GetString());
        Assert.NotEqual("running", runs.Get(0, "status").GetString());
    }

    private static Dictionary<string, object?> Slow(string how, string? threadId) => new()
    {
        ["targetAgentId"] = "server0:slow",
        ["interactionType"] = how,
        ["messages"] = new[] { new { role = "user", content = "go" } },
        ["threadId"] = threadId,
    };

    private sealed class LeaveAtOnce(CancellationTokenSource leaving) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => leaving.Cancel();
    }
}
