using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Benchmarks;

/// <summary>
/// A Mastra server whose agents do nothing but take their time: <c>talk-8</c> says a word every quarter of a second for eight seconds, <c>quiet-360</c>
/// says nothing for six minutes and then one word.
/// </summary>
internal sealed class TalkingAgentServer : IAsyncDisposable
{
    private readonly WebApplication _app = LocalServer.Build();
    private int _calls;
    private int _open;

    private TalkingAgentServer()
    {
        _app.MapGet("/api/agents", () => Results.Text("""{"talk-8":{"name":"Talker","instructions":"Talk.","tools":{}}}""", "application/json"));
        _app.MapGet("/api/agents/{agent}", () => Results.Text("""{"name":"Talker","instructions":"Talk.","tools":{}}""", "application/json"));
        _app.MapPost("/api/agents/{agent}/{verb}", AnswerAsync);
    }

    public string Url => _app.Urls.First();

    /// <summary>How often an agent was called.</summary>
    public int Calls => _calls;

    /// <summary>How many calls have not ended.</summary>
    public int Open => _open;

    public static async Task<TalkingAgentServer> StartAsync()
    {
        var server = new TalkingAgentServer();
        await server._app.StartAsync();

        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(string agent, string verb, HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Increment(ref _open);
        try
        {
            var time = TimeSpan.FromSeconds(int.Parse(agent.Split('-')[1], CultureInfo.InvariantCulture));
            if (verb is "generate")
            {
                await Task.Delay(time, context.RequestAborted);
                await Results.Text("""{"text":"done","finishReason":"stop"}""", "application/json").ExecuteAsync(context);

                return;
            }

            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            var words = agent.StartsWith("talk", StringComparison.Ordinal) ? (int)(time.TotalSeconds * 4) : 1;
            for (var i = 0; i < words; i++)
            {
                await Task.Delay(time / words, context.RequestAborted);
                await context.Response.WriteAsync("""data: {"type":"text-delta","payload":{"text":"word "}}""" + "\n\n", context.RequestAborted);
            }

            await context.Response.WriteAsync("""data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}""" + "\n\n", context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
