using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>
/// Agent servers that take a lot of memory from whoever asks them. <c>/mastra</c> has an agent with a very long answer, one with a long and
/// one with a short one; <c>/many</c> lists more agents than anybody has, <c>/endless</c> one page after the other, and <c>/wide</c> the same
/// with long descriptions.
/// </summary>
internal sealed class GreedyAgentServer : IAsyncDisposable
{
    public const string Big = "big";
    public const string Large = "large";
    public const string Small = "small";
    public const int BigLength = 9_500_000;
    public const int LargeLength = 6_500_000;

    private const string End = """data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}""" + "\n\ndata: [DONE]\n\n";

    private static readonly string _words = new('x', 9_500);
    private static readonly string _many = string.Create(
        CultureInfo.InvariantCulture, $"{{{string.Join(',', Enumerable.Range(0, 230_000).Select(id => $$"""
            "a{{id}}":{"name":"n","tools":{} }
            """))}}}");

    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app = LocalServer.Build();

    private GreedyAgentServer()
    {
        _app.Use((context, next) =>
        {
            _requests.Enqueue(context.Request.Path);

            return next(context);
        });
        _app.MapGet("/mastra/api/agents", () => Json($$"""
            {"{{Big}}":{"name":"Big","tools":{} },"{{Large}}":{"name":"Large","tools":{} },"{{Small}}":{"name":"Small","tools":{} } }
            """));
        _app.MapPost($"/mastra/api/agents/{Big}/generate", context => SendAsync(context, """{"finishReason":"stop","text":" """, _words, "\"}"));
        _app.MapPost($"/mastra/api/agents/{Large}/generate", context => SendAsync(context, """{"finishReason":"stop","text":" """, _words, "\"}", LargeLength));
        _app.MapPost($"/mastra/api/agents/{Big}/stream", context => SendAsync(
            context,
            "",
            $$$"""data: {"type":"text-delta","payload":{"text":"{{{_words}}}"}}""" + "\n\n",
            End));
        _app.MapPost($"/mastra/api/agents/{Small}/generate", () => Json("""{"text":"well","finishReason":"stop"}"""));
        _app.MapPost($"/mastra/api/agents/{Small}/stream", context => SendAsync(
            context, """data: {"type":"text-delta","payload":{"text":"well"}}""" + "\n\n", "", End));
        _app.MapGet("/many/api/agents", () => Json(_many));
        _app.MapPost("/endless/assistants/search", () => Json(Page("")));
        _app.MapPost("/wide/assistants/search", () => Json(Page(_words)));
    }

    /// <summary>The paths that were asked for, in this order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<GreedyAgentServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new GreedyAgentServer();
        await server._app.StartAsync(cancellationToken);

        return server;
    }

    public string Url(string name) => $"{_app.Urls.First()}/{name}";

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Page(string description) => $"[{string.Join(',', Enumerable.Range(0, 100).Select(_ => $$"""
        {"assistant_id":"{{Guid.NewGuid()}}","graph_id":"g","name":"n","description":"{{description}}"}
        """))}]";

    private static async Task SendAsync(HttpContext context, string begin, string piece, string end, int length = BigLength)
    {
        context.Response.ContentType = context.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal) ? "text/event-stream" : "application/json";
        await context.Response.WriteAsync(begin, context.RequestAborted);
        for (var sent = 0; piece is not "" && sent < length; sent += _words.Length)
        {
            await context.Response.WriteAsync(piece, context.RequestAborted);
        }

        await context.Response.WriteAsync(end, context.RequestAborted);
    }

    private static IResult Json(string json) => Results.Text(json, "application/json");
}
