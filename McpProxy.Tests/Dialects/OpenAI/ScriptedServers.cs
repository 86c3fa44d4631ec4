using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>Servers that answer as a test says, each below a path of its own, and a proxy to connect them to.</summary>
public sealed class ScriptedServers : IAsyncLifetime
{
    public const string Models = """{"object":"list","data":[{"id":"echo","object":"model","owned_by":"tests"}]}""";

    private readonly ConcurrentDictionary<string, Func<RecordedRequest, (int Status, string Body)>> _scripts = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly WebApplication _app = LocalServer.Build();
    private Proxy _proxy = null!;

    public McpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _app.Run(AnswerAsync);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _proxy = await Proxy.StartAsync("AGENT_SERVERS=", "MASTRA_CLIENT_RETRIES=0");
        Client = await _proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _proxy.DisposeAsync();
        await _app.DisposeAsync();
    }

    public string Url(string name) => $"{_app.Urls.First()}/{name}";

    /// <summary>Connects a server. Where the script says nothing, the server lists the agent <c>echo</c> as a model, and has nothing else.</summary>
    /// <param name="script">What is answered to a method and a path, as <c>POST v1/responses</c>, and a body: text that begins with "data" is a stream.</param>
    /// <param name="agents">Which agents it is there for.</param>
    /// <returns>The server's name.</returns>
    internal async Task<string> ConnectAsync(Func<string, string, (int Status, string Body)?> script, string[]? agents = null)
    {
        var serverName = $"s{Guid.NewGuid():N}"[..12];
        _scripts[serverName] = request =>
        {
            var about = $"{request.Method} {request.Path[(serverName.Length + 2)..]}";

            return script(about, request.Body) ?? (about is "GET v1/models" ? (200, Models) : (404, """{"detail":"Not Found"}"""));
        };
        await Client.FieldsAsync("connectServer", new { serverUrl = Url(serverName), serverName, serverType = "openai", agents });

        return serverName;
    }

    /// <summary>The bodies that were posted to a server, each behind its path.</summary>
    internal IReadOnlyList<string> PostsTo(string serverName)
        => [.. _requests
            .Where(request => request.Method is "POST" && request.Path.StartsWith($"/{serverName}/", StringComparison.Ordinal))
            .Select(request => $"{request.Path[(serverName.Length + 2)..]} {request.Body}")];

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordedRequest.ReadAsync(context.Request);
        _requests.Enqueue(request);
        var (status, body) = _scripts.TryGetValue(request.Path.Split('/')[1], out var script) ? script(request) : (404, "{}");
        context.Response.StatusCode = status;
        context.Response.ContentType = body.StartsWith("data", StringComparison.Ordinal) ? "text/event-stream" : "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
