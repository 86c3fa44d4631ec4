using System.Net.Http.Json;
using System.Text.Json;

namespace McpProxy.Tests.Interop;

/// <summary>Runs in the background on a real LangGraph server, when the replica that began them is told to stop in the middle, as in a deployment.</summary>
public sealed class LangGraphReplicaTests(RealAgentServers servers) : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_replica_gives_the_answer_and_the_agent_is_called_once()
    {
        var server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        var redis = await _backends.ServerAsync();
        await using var survivor = await Proxy.StartAsync("MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}");
        await using var client = await survivor.CreateClientAsync();
        var threadId = Guid.NewGuid().ToString();

        var runId = await BeginAndStopAsync(redis, server, threadId);
        var result = await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        Assert.Equal("forty-two", result.Text());
        Assert.Equal(threadId, result.StructuredContent!.Value.Get("threadId").GetString());
        using var direct = new HttpClient { BaseAddress = server.Url };
        var run = Assert.Single((await direct.GetFromJsonAsync<JsonElement[]>($"threads/{threadId}/runs", CancellationToken))!);
        Assert.Equal("success", run.Get("status").GetString());
    }

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    private static async Task<string> BeginAndStopAsync(RedisServer redis, RealAgentServer server, string threadId)
    {
        await using var replica = await StartedProxy.StartAsync(
            "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings__redis={redis.Address}", $"AGENT_SERVERS={server.Url}");
        await using var doomed = await Proxy.CreateClientAsync(replica.Endpoint);
        var messages = new[] { new { role = "user", content = "go" } };
        var call = new { targetAgentId = "server0:pondering", interactionType = "generate", messages, threadId, background = true };
        var runId = (await doomed.FieldsAsync("callAgent", call)).Get("runId").GetString()!;

        await replica.Program.SignalAsync("TERM");
        await replica.Program.ExitCodeAsync(TimeSpan.FromSeconds(60));

        return runId;
    }
}
