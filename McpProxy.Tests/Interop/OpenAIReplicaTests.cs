namespace McpProxy.Tests.Interop;

/// <summary>A run in the background on an OpenAI-compatible server, when the replica that began it is told to stop in the middle, as in a deployment.</summary>
public sealed class OpenAIReplicaTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/openai")]
    [InlineData("/openai/v1")]
    public async Task Another_replica_gives_the_answer_and_the_agent_is_called_once(string path)
    {
        await using var relay = await Relay.StartAsync(
            agents.Client.BaseAddress!, (context, body) => body.CopyToAsync(context.Response.Body, context.RequestAborted), CancellationToken);
        var redis = await _backends.ServerAsync();
        await using var survivor = await Proxy.StartAsync("MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}");
        await using var client = await survivor.CreateClientAsync();

        var runId = await BeginAndStopAsync(redis, $"{relay.Url}{path}");
        var result = await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        Assert.Equal(string.Join(' ', Enumerable.Range(1, 30)), result.Text());
        var requests = relay.TakeRequests();
        Assert.Single(requests, request => request.StartsWith("POST", StringComparison.Ordinal));
        Assert.Contains(requests, request => request.Contains("?stream=true", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    private static async Task<string> BeginAndStopAsync(RedisServer redis, string url)
    {
        await using var replica = await StartedProxy.StartAsync(
            "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings__redis={redis.Address}", $"AGENT_SERVERS=openai+{url}");
        await using var doomed = await Proxy.CreateClientAsync(replica.Endpoint);
        var call = new { targetAgentId = "server0:slowAgent", message = "count to 30", background = true };
        var runId = (await doomed.FieldsAsync("callAgent", call)).Get("runId").GetString()!;

        await replica.Program.SignalAsync("TERM");
        await replica.Program.ExitCodeAsync(TimeSpan.FromSeconds(60));

        return runId;
    }
}
