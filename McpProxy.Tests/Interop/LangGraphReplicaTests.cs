using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Interop;

/// <summary>Runs in the background on a real LangGraph server, when the replica that began them is told to stop in the middle, as in a deployment.</summary>
public sealed class LangGraphReplicaTests(RealAgentServers servers) : IAsyncDisposable
{
    private readonly Backends _backends = new();

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
        var port = FreePort.Next();
        using var replica = ProxyProgram.Start(
            [],
            [$"MCP_SERVER_PORT={port}", "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings__redis={redis.Address}", $"AGENT_SERVERS={server.Url}", "Logging__LogLevel__Default=None"]);
        try
        {
            var endpoint = new Uri($"http://127.0.0.1:{port}/mcp");
            McpClient? doomed = null;
            await Wait.UntilAsync(async () => (doomed = await TryConnectAsync(endpoint)) is not null);
            await using var _ = doomed!;
            var call = new { targetAgentId = "server0:pondering", interactionType = "generate", messages = new[] { new { role = "user", content = "go" } }, threadId, background = true };
            var runId = (await doomed!.FieldsAsync("callAgent", call)).Get("runId").GetString()!;

            using var stop = Process.Start("kill", [$"{replica.Id}"]);
            await replica.WaitForExitAsync(CancellationToken);

            return runId;
        }
        finally
        {
            replica.Kill();
        }
    }

    private static async Task<McpClient?> TryConnectAsync(Uri endpoint)
    {
        try
        {
            return await Proxy.CreateClientAsync(endpoint);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
