using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>A Mastra and a LangGraph server whose agent says one word, and the next only when it is let.</summary>
internal sealed class GatedAgentServer : IAsyncDisposable
{
    public const string Agent = "gated";
    public const string FirstWord = "wait";
    public const string Answer = "wait here";

    private readonly SemaphoreSlim _gate = new(0);
    private readonly WebApplication _app = LocalServer.Build();
    private int _calls;
    private int _cancelled;

    private GatedAgentServer()
    {
        _app.MapGet("/mastra/api/agents", () => Json($$"""{"{{Agent}}":{"name":"Gated","instructions":"Wait." } }"""));
        _app.MapPost($"/mastra/api/agents/{Agent}/stream", context => AnswerAsync(
            context,
            text => $$$"""data: {"type":"text-delta","payload":{"text":"{{{text}}}"}}""",
            """data: {"type":"step-finish","payload":{"stepResult":{"reason":"stop"}}}""",
            """data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}""",
            "data: [DONE]"));
        _app.MapPost("/langgraph/assistants/search", () => Json($$"""[{"assistant_id":"{{Agent}}","graph_id":"{{Agent}}","name":"Gated"}]"""));
        _app.MapPost("/langgraph/threads/{thread}/runs/stream", context => AnswerAsync(
            context,
            text => $$$"""
                event: messages
                data: [{"type":"ai","id":"m1","content":"{{{text}}}"},{}]
                """,
            $$"""
                event: values
                data: {"messages":[{"type":"ai","id":"m1","content":"{{Answer}}"}]}
                """));
    }

    /// <summary>How many calls have begun to be answered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many calls were left while they waited.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    public string MastraUrl => $"{_app.Urls.First()}/mastra";

    public string LangGraphUrl => $"{_app.Urls.First()}/langgraph";

    public static async Task<GatedAgentServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new GatedAgentServer();
        await server._app.StartAsync(cancellationToken);

        return server;
    }

    /// <summary>Lets one answer go on.</summary>
    public void LetOneGoOn() => _gate.Release();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _gate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Func<string, string> word, params string[] end)
    {
        context.Response.ContentType = "text/event-stream";
        await SendAsync(word(FirstWord));
        Interlocked.Increment(ref _calls);
        try
        {
            await _gate.WaitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }

        await SendAsync(word(Answer[FirstWord.Length..]));
        foreach (var item in end)
        {
            await SendAsync(item);
        }

        async Task SendAsync(string item)
        {
            await context.Response.WriteAsync($"{item}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static IResult Json(string json) => Results.Text(json, "application/json");
}
