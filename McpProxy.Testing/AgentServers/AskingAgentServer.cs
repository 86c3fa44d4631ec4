using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>
/// A server of Mastra's dialect whose agents do what their message says. <c>slow</c> takes as many seconds, <c>failing</c> fails after as many, and
/// <c>asking</c> asks for an answer that fits the message as a JSON schema, or for any if it is none, and then says what it got.
/// </summary>
internal sealed class AskingAgentServer : IAsyncDisposable
{
    private static readonly string[] _agents = ["slow", "failing", "asking"];

    private readonly WebApplication _app = LocalServer.Build();

    private AskingAgentServer()
    {
        _app.MapGet("/api/agents", () => Results.Json(_agents.ToDictionary(id => id, Agent)));
        _app.MapGet("/api/agents/{agent}", (string agent) => Results.Json(Agent(agent)));
        _app.MapPost("/api/agents/{agent}/{verb}", AnswerAsync);
    }

    public string Url => $"mastra+{_app.Urls.Single()}";

    public static async Task<AskingAgentServer> StartAsync()
    {
        var server = new AskingAgentServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);

        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static object Agent(string id) => new { name = id, instructions = "Do as you are told.", provider = "none" };

    private static async Task AnswerAsync(HttpContext context, string agent, string verb)
    {
        var body = (await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body))!;
        var message = (string?)body["messages"]?[0]?["content"] ?? "";
        if (verb is not "generate")
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.StartAsync(context.RequestAborted);
        }

        await Task.Delay(TimeSpan.FromSeconds(agent is "asking" ? 0 : double.Parse(message, CultureInfo.InvariantCulture)), context.RequestAborted);
        var runId = Guid.NewGuid().ToString();
        var question = new
        {
            toolCallId = "call",
            toolName = "ask",
            suspendPayload = new { question = "What now?" },
            resumeSchema = message.StartsWith('{') ? message : null,
        };
        var text = verb is "resume-stream" ? $"answered: {body["resumeData"]!.ToJsonString()}" : "done";
        var isAsking = agent is "asking" && verb is not "resume-stream";
        if (verb is "generate")
        {
            object reply = isAsking ? new { text = "", finishReason = "suspended", runId, suspendPayload = question } : new { text, finishReason = "stop" };
            await context.Response.WriteAsJsonAsync(reply, context.RequestAborted);
        }
        else
        {
            object last = agent is "failing" ? new { type = "error", runId, payload = new { message = "It failed." } }
                : isAsking ? new { type = "tool-call-suspended", runId, payload = question }
                : new { type = "text-delta", runId, payload = new { text } };
            await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(last)}\n\ndata: [DONE]\n\n", context.RequestAborted);
        }
    }
}
