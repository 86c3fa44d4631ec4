using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>Mastra 1.x stops a model whose client has gone, and the proxy leaves when its own client does, over every transport.</summary>
public sealed class MastraCancellationTests(RealAgentServers servers)
{
    private static readonly RequestId _mine = new("mine");

    /// <summary>Each transport with each kind of call.</summary>
    public static MatrixTheoryData<(string Transport, string Revision), (string Agent, string InteractionType, bool Listens)> Calls { get; } = new(
        [("http", "2025-11-25"), ("http", "2026-07-28"), ("session", "2025-11-25"), ("stdio", "2025-11-25"), ("stdio", "2026-07-28")],
        [("slowAgent", "generate", true), ("slowAgent", "generate", false), ("slowAgent", "stream", true), ("legacySlowAgent", "generate", true)]);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Stops_the_model_when_the_client_leaves((string Transport, string Revision) way, (string Agent, string InteractionType, bool Listens) call)
    {
        var server = await servers.GetAsync(RealServer.Mastra1, CancellationToken);
        await using var door = await FrontDoor.OpenAsync(way.Transport, way.Revision, $"AGENT_SERVERS={server.Url}");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var prompt = $"{Guid.NewGuid()}";
        var began = server.WaitForOutputAsync($"began on '{prompt}'");
        var stopped = server.WaitForOutputAsync($"words on '{prompt}'");

        var answer = door.Client.SendRequestAsync(Request(call.Agent, call.InteractionType, call.Listens, prompt), leaving.Token);
        await began;
        await LeaveAsync(door.Client, way.Transport, leaving);

        await stopped;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => answer);
    }

    /// <summary>Closes the connection, or cancels the call by its id where calls share a connection.</summary>
    private static Task LeaveAsync(McpClient client, string transport, CancellationTokenSource leaving) => transport is "http"
        ? leaving.CancelAsync()
        : client.SendNotificationAsync("notifications/cancelled", new CancelledNotificationParams { RequestId = _mine }, cancellationToken: CancellationToken);

    private static JsonRpcRequest Request(string agent, string interactionType, bool listens, string prompt) => new()
    {
        Id = _mine,
        Method = "tools/call",
        Params = JsonSerializer.SerializeToNode(new
        {
            name = "callAgent",
            arguments = new { targetAgentId = $"server0:{agent}", interactionType, messages = new[] { new { role = "user", content = prompt } } },
            _meta = listens ? (object)new { progressToken = "progress" } : new { },
        }),
    };
}
