using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Fuzzing;

/// <summary>Servers at one port, each under a name as the first part of its path, that answer what a test tells them to.</summary>
internal sealed class WrongServer : IAsyncDisposable
{
    private readonly WebApplication _app = LocalServer.Build();
    private readonly ConcurrentDictionary<string, Func<string, string, WrongAnswer?>> _servers = new();

    private WrongServer() => _app.Run(AnswerAsync);

    public static async Task<WrongServer> StartAsync()
    {
        var server = new WrongServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);

        return server;
    }

    public string Url(string name) => $"{_app.Urls.First()}/{name}";

    /// <param name="name">Which server.</param>
    /// <param name="answer">What it answers, given method and path of a request, and its body.</param>
    public void Answer(string name, Func<string, string, WrongAnswer?> answer) => _servers[name] = answer;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordedRequest.ReadAsync(context.Request);
        var parts = context.Request.Path.Value!.Split('/', 3);
        var path = parts.Length > 2 ? parts[2] : "";
        var answer = _servers.TryGetValue(parts[1], out var server) ? server($"{request.Method} /{path}", request.Body) : null;
        try
        {
            await (answer?.SendAsync(context) ?? Results.NotFound().ExecuteAsync(context));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
    }
}
