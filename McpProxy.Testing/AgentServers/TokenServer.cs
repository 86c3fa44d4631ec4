using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace McpProxy.Testing.AgentServers;

/// <summary>A token endpoint, which gives one token after the other, <c>access-1</c> and so on, and records what it is asked.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly WebApplication _app = LocalServer.Build();
    private int _given;

    private TokenServer() => _app.Run(async context =>
    {
        _requests.Enqueue(await RecordedRequest.ReadAsync(context.Request));
        try
        {
            await Answer(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone, as it should.
        }
    });

    public string Url => $"{_app.Urls.First()}/token";

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>What was asked, as the fields of the form.</summary>
    public IReadOnlyList<Dictionary<string, string>> Forms
        => [.. _requests.Select(request => QueryHelpers.ParseQuery(request.Body).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()))];

    /// <summary>What it does; it gives a token if nobody says something else.</summary>
    public RequestDelegate Answer { get => field ?? GiveAsync; set; }

    /// <summary>How long its tokens are valid, in seconds.</summary>
    public int Lifetime { get; set; } = 3600;

    public static async Task<TokenServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new TokenServer();
        await server._app.StartAsync(cancellationToken);

        return server;
    }

    public Task GiveAsync(HttpContext context) => SendAsync(
        context,
        200,
        new JsonObject
        {
            ["access_token"] = $"access-{Interlocked.Increment(ref _given).ToString(CultureInfo.InvariantCulture)}",
            ["token_type"] = "Bearer",
            ["expires_in"] = Lifetime,
        }.ToJsonString());

    public static Task SendAsync(HttpContext context, int status, string json)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");

        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
