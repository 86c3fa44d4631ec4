using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>
/// Agent servers as nobody wants them, one under each path: <c>/hang</c>, <c>/html</c> and so on, as <see cref="HostileBehaviours"/> lists them.
/// <c>/friendly</c> speaks as a Mastra server does and has an agent for each behaviour, which shows it when it's called; its <c>echo</c> behaves.
/// <c>/friendly-graph</c> is the same as a LangGraph server, without the echo.
/// </summary>
internal sealed class HostileAgentServer : IAsyncDisposable
{
    public const string Friendly = "friendly";
    public const string FriendlyGraph = "friendly-graph";
    public const string Echo = "echo";

    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly Socket _deaf = Bind();
    private readonly WebApplication _app = LocalServer.Build();

    private HostileAgentServer()
    {
        _app.Run(AnswerAsync);
    }

    /// <summary>A server where nothing listens.</summary>
    public string DeafUrl => $"http://{_deaf.LocalEndPoint}";

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public static async Task<HostileAgentServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new HostileAgentServer();
        await server._app.StartAsync(cancellationToken);

        return server;
    }

    public string Url(string behaviour) => $"{_app.Urls.First()}/{behaviour}";

    public async ValueTask DisposeAsync()
    {
        _deaf.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordedRequest.ReadAsync(context.Request);
        _requests.Enqueue(request);
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var answer = path switch
        {
            [Friendly, "api", "agents"] => HostileBehaviours.ListAsync,
            [Friendly, "api", "agents", Echo, ..] => HostileBehaviours.EchoAsync,
            [Friendly, "api", "agents", var agent, ..] => HostileBehaviours.All.GetValueOrDefault(agent),
            [FriendlyGraph, "assistants", "search"] => HostileBehaviours.SearchAsync,
            [FriendlyGraph, "assistants", var agent, ..] => HostileBehaviours.All.GetValueOrDefault(agent),
            [FriendlyGraph, "threads", _, "runs", "stream"] => HostileBehaviours.All.GetValueOrDefault((string)JsonNode.Parse(request.Body)!["assistant_id"]!),
            [var behaviour, ..] => HostileBehaviours.All.GetValueOrDefault(behaviour),
            _ => null,
        };
        try
        {
            await (answer?.Invoke(context) ?? Results.NotFound().ExecuteAsync(context));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone, as it should.
        }
    }

    /// <summary>Holds a port on which nobody listens.</summary>
    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        return socket;
    }
}
