using System.Net.Http.Json;
using System.Text.Json;
using ModelContextProtocol;

namespace McpProxy.Tests.Interop;

/// <summary>A run goes on when nobody waits for it any more, unless it is cancelled on its server.</summary>
public sealed class LangGraphCancellationTests(RealAgentServers servers) : IAsyncLifetime
{
    private readonly string _resourceId = $"resource-{Guid.NewGuid()}";
    private RealAgentServer _server = null!;
    private HttpClient _direct = null!;

    public static TheoryData<string, string?> Calls => new()
    {
        { "generate", null },
        { "stream", null },
        { "generate", Guid.NewGuid().ToString() },
        { "stream", Guid.NewGuid().ToString() },
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        _direct = new() { BaseAddress = _server.Url };
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Cancels_a_run_whose_client_leaves(string how, string? threadId)
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={_server.Url}");
        await using var client = await proxy.CreateClientAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var stopped = _server.WaitForOutputAsync("the model stopped after");

        var call = client.CallToolAsync("callAgent", Slow(how, threadId), new LeaveAtOnce(leaving), cancellationToken: leaving.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.AsTask());
        await stopped;
        await AssertNothingIsLeftAsync(threadId);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Cancels_a_run_that_takes_too_long(string how, string? threadId)
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={_server.Url}", "MCP_CALL_TIMEOUT_SECONDS=2");
        await using var client = await proxy.CreateClientAsync();
        await client.AskAsync("server0:echo", "warm up");
        var stopped = _server.WaitForOutputAsync("the model stopped after");

        var result = await client.CallToolAsync("callAgent", Slow(how, threadId, "pondering"), cancellationToken: CancellationToken);

        Assert.Contains("did not finish within 2 s", result.Text(), StringComparison.Ordinal);
        await stopped;
        await AssertNothingIsLeftAsync(threadId);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Cancels_a_run_that_was_sent_but_not_yet_answered(string how, string? threadId)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var relay = await Relay.StartAsync(_server.Url, Cuts.HoldRuns(held), CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={relay.Url}");
        await using var client = await proxy.CreateClientAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);

        var call = client.CallToolAsync("callAgent", Slow(how, threadId), cancellationToken: leaving.Token).AsTask();
        await held.Task.WaitAsync(CancellationToken);
        Assert.Single(await ThreadsAsync());
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await AssertNothingIsLeftAsync(threadId);
        Assert.Single(relay.TakeRequests(), request => request.EndsWith("/cancel" + (threadId is null ? "?wait=true" : ""), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancels_no_run_of_somebody_else_on_the_same_thread()
    {
        var threadId = Guid.NewGuid().ToString();
        using var other = await _direct.PostAsJsonAsync(
            $"threads/{threadId}/runs",
            new { assistant_id = "slow", if_not_exists = "create", input = new { messages = new[] { new { role = "user", content = "go" } } } },
            CancellationToken);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var relay = await Relay.StartAsync(_server.Url, Cuts.HoldRuns(held), CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={relay.Url}");
        await using var client = await proxy.CreateClientAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var arguments = Slow("generate", threadId);
        arguments["agentOptions"] = new { multitask_strategy = "enqueue" };

        var call = client.CallToolAsync("callAgent", arguments, cancellationToken: leaving.Token).AsTask();
        await held.Task.WaitAsync(CancellationToken);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Wait.UntilAsync(async () => await StatusesAsync(threadId) is ["success", "interrupted"]);
    }

    public ValueTask DisposeAsync()
    {
        _direct.Dispose();

        return ValueTask.CompletedTask;
    }

    private Dictionary<string, object?> Slow(string how, string? threadId, string agent = "slow") => new()
    {
        ["targetAgentId"] = $"server0:{agent}",
        ["interactionType"] = how,
        ["messages"] = new[] { new { role = "user", content = "go" } },
        ["threadId"] = threadId,
        ["resourceId"] = _resourceId,
    };

    /// <summary>The client's own thread stays, with no run on it; a thread that was made for the call is deleted.</summary>
    private Task AssertNothingIsLeftAsync(string? threadId) => Wait.UntilAsync(async () => threadId is null
        ? await ThreadsAsync() is []
        : await StatusesAsync(threadId) is ["error" or "interrupted"]);

    private async Task<string[]> StatusesAsync(string threadId)
        => [.. (await _direct.GetFromJsonAsync<JsonElement[]>($"threads/{threadId}/runs", CancellationToken))!.Select(run => run.Get("status").GetString()!)];

    private async Task<JsonElement[]> ThreadsAsync()
    {
        using var response = await _direct.PostAsJsonAsync("threads/search", new { metadata = new { resource_id = _resourceId } }, CancellationToken);

        return (await response.Content.ReadFromJsonAsync<JsonElement[]>(CancellationToken))!;
    }

    private sealed class LeaveAtOnce(CancellationTokenSource leaving) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => leaving.Cancel();
    }
}
