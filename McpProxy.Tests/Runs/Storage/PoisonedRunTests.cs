namespace McpProxy.Tests.Runs.Storage;

/// <summary>Runs in Redis that somebody else wrote, or that were damaged there.</summary>
public sealed class PoisonedRunTests : IAsyncDisposable
{
    private const string Facts = """
        {"server":"server0","serverUrl":"http://127.0.0.1:1","serverType":"mastra",
        "agentId":"agent","resolution":"explicit_qualification","interactionType":"generate","startedAt":"2026-01-01T00:00:00Z"}
        """;

    private const string End = """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"well","response":{"a":"b"}}}""";

    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Theory]
    [InlineData("nonsense", End)]
    [InlineData("null", End)]
    [InlineData("[]", End)]
    [InlineData("{}", End)]
    [InlineData("""{"server":null}""", End)]
    [InlineData(Facts, "nonsense")]
    [InlineData(Facts, "{}")]
    [InlineData(Facts, """{"status":"completed","endedAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData(Facts, """{"status":"failed","endedAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData(Facts, """{"status":"running","endedAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData(Facts, """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":null,"response":1}}""")]
    [InlineData(Facts, """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"well"}}""")]
    [InlineData(Facts, """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"\ud800","response":1}}""")]
    [InlineData(Facts, """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"well","response":{"a":"\ud800"}}}""")]
    [InlineData(Facts, """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"well","response":1,"details":{"a":1,"a":2}}}""")]
    public async Task A_run_that_can_not_be_read_counts_as_none(string facts, string end)
    {
        var redis = await _backends.ServerAsync();
        await using var proxy = await Proxy.StartAsync("MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}");
        await using var client = await proxy.CreateClientAsync();
        await redis.ExecuteAsync("HSET", "mcp-proxy:servers:run:sound", "facts", Facts, "end", End);
        await redis.ExecuteAsync("HSET", "mcp-proxy:servers:run:poisoned", "facts", facts, "end", end);

        Assert.Equal("well", (await client.CallAsync("getAgentRun", new { runId = "sound" })).Text());
        Assert.StartsWith("There is no run 'poisoned'", await client.FailureAsync("getAgentRun", new { runId = "poisoned" }), StringComparison.Ordinal);
        Assert.StartsWith("There is no run 'poisoned'", await client.FailureAsync("cancelAgentRun", new { runId = "poisoned" }), StringComparison.Ordinal);
    }
}
