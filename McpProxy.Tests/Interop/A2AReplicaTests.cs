namespace McpProxy.Tests.Interop;

/// <summary>Tasks in the background on real A2A servers, when the replica that began them is told to stop in the middle, as in a deployment.</summary>
public sealed class A2AReplicaTests(RealAgentServers servers) : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    [Theory]
    [InlineData(RealServer.A2A, "rpc")]
    [InlineData(RealServer.A2A, "old-rest")]
    [InlineData(RealServer.A2A, "plain")]
    [InlineData(RealServer.Mastra1, "api")]
    public async Task Another_replica_gives_the_answer(RealServer kind, string path)
    {
        var server = await servers.GetAsync(kind, TestContext.Current.CancellationToken);
        var redis = await _backends.ServerAsync();
        await using var survivor = await Proxy.StartAsync("MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}");
        await using var client = await survivor.CreateClientAsync();

        var (runId, threadId) = await BeginAndStopAsync(redis, $"{server.Url}{path}");
        var result = await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        Assert.Equal("one two three four five six seven eight nine ten", result.Text());
        Assert.Equal(threadId, result.StructuredContent!.Value.Get("threadId").GetString());
    }

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    private static async Task<(string? RunId, string? ThreadId)> BeginAndStopAsync(RedisServer redis, string url)
    {
        await using var replica = await StartedProxy.StartAsync(
            "MCP_CONNECTION_BACKEND=redis",
            $"ConnectionStrings__redis={redis.Address}",
            $"AGENT_SERVERS=real=a2a+{url}",
            "AGENT_SERVER_AGENTS__real=slowAgent");
        await using var doomed = await Proxy.CreateClientAsync(replica.Endpoint);
        var begun = await doomed.FieldsAsync("callAgent", new { targetAgentId = "real:slowAgent", message = "go", background = true });

        await replica.Program.SignalAsync("TERM");
        await replica.Program.ExitCodeAsync(TimeSpan.FromSeconds(60));

        return (begun.Get("runId").GetString(), begun.Get("threadId").GetString());
    }
}
