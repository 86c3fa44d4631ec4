using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>
/// Agent servers as nobody wants them, one under each path: <c>/hang</c>, <c>/html</c> and so on, as <see cref="HostileBehaviours"/> lists them.
/// Below the route of each <see cref="HostileDialect"/> it lists an agent for each behaviour, which shows it when it's called; <c>echo</c> behaves.
/// </summary>
internal sealed class HostileAgentServer : IAsyncDisposable
{
    public const string Friendly = "friendly";
    public const string FriendlyGraph = "friendly-graph";
    public const string Echo = "echo";

    /// <summary>Behind a dialect's route: a server without agents.</summary>
    public const string Empty = "-empty";

    /// <summary>Behind a dialect's route: a server that lists <see cref="UnusableIds"/>, and one agent that can be used.</summary>
    public const string Unusable = "-unusable";

    public static readonly IReadOnlyList<string> UnusableIds = ["", ".", "..", " ", "bell\u0007", "hidden\u200B", new('x', 257)];

    private readonly HostileDialect[] _dialects;
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly Socket _deaf = Bind();
    private readonly WebApplication _app = LocalServer.Build();

    private HostileAgentServer(HostileDialect[] dialects)
    {
        _dialects = dialects;
        _app.Run(AnswerAsync);
    }

    /// <summary>What it answers with 401, and nothing else.</summary>
    public Func<RecordedRequest, bool> Refuses { get; set; } = _ => false;

    /// <summary>A server where nothing listens.</summary>
    public string DeafUrl => $"http://{_deaf.LocalEndPoint}";

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="other">How else it speaks, beside Mastra and LangGraph.</param>
    public static async Task<HostileAgentServer> StartAsync(CancellationToken cancellationToken, HostileDialect? other = null)
    {
        var server = new HostileAgentServer([HostileDialect.Mastra, HostileDialect.LangGraph, .. other is null ? Array.Empty<HostileDialect>() : [other]]);
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
        if (Refuses(request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;

            return;
        }

        var parts = context.Request.Path.Value!.Split('/', 3);
        var (route, path) = (parts[1], parts.Length > 2 ? parts[2] : "");
        var dialect = Array.Find(_dialects, dialect => route == dialect.Route || route == dialect.Route + Empty || route == dialect.Route + Unusable);
        var answer = dialect is null ? HostileBehaviours.All.GetValueOrDefault(route)
            : path == dialect.ListPath ? context => HostileBehaviours.ListAsync(context, dialect.List(Ids(route[dialect.Route.Length..])))
            : dialect.Always(path) is { } always ? context => HostileBehaviours.ListAsync(context, always)
            : dialect.Find(path, request.Body) is var (agent, isStream) ? Behaviour(context, agent, dialect, isStream)
            : null;
        try
        {
            await (answer?.Invoke(context) ?? Results.NotFound().ExecuteAsync(context));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone, as it should.
        }
    }

    private static IEnumerable<string> Ids(string variant) => variant switch
    {
        Empty => [],
        Unusable => UnusableIds.Append(Echo),
        _ => HostileBehaviours.All.Keys,
    };

    private static RequestDelegate? Behaviour(HttpContext context, string agent, HostileDialect dialect, bool isStream)
    {
        context.Features.Set(new HostileAnswer(dialect, isStream));

        return HostileBehaviours.All.GetValueOrDefault(agent);
    }

    /// <summary>Holds a port on which nobody listens.</summary>
    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        return socket;
    }
}
