using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Dialects.A2A;

/// <summary>A2A servers that do what a test says, each below a path of its own, and a proxy in front of them.</summary>
public sealed class A2AScripts : IAsyncLifetime
{
    private readonly WebApplication _app = LocalServer.Build();
    private readonly ConcurrentDictionary<string, A2AScript> _scripts = new();
    private Proxy _proxy = null!;

    public McpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _app.Run(AnswerAsync);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _proxy = await Proxy.StartAsync("MCP_READ_RETRIES=0");
        Client = await _proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _proxy.DisposeAsync();
        await _app.DisposeAsync();
    }

    internal string Url(A2AScript script) => $"{_app.Urls.First()}/{script.Name}";

    /// <summary>Connects a server whose agent is called <c>agent</c>.</summary>
    /// <param name="act">What it does about each request that is not for its card.</param>
    /// <param name="card">Changes its card.</param>
    internal async Task<A2AScript> ConnectAsync(Func<A2ARequest, Task> act, Action<JsonObject>? card = null)
    {
        var script = Add(act, card);
        await Client.FieldsAsync("connectServer", new { serverUrl = Url(script), serverName = script.Name, serverType = "a2a" });

        return script;
    }

    /// <summary>The same without connecting it.</summary>
    internal A2AScript Add(Func<A2ARequest, Task> act, Action<JsonObject>? card = null)
    {
        var script = new A2AScript($"s{_scripts.Count}", act);
        card?.Invoke(script.Card);
        _scripts[script.Name] = script;

        return script;
    }

    internal Task<CallToolResult> AskAsync(A2AScript script, string interactionType = "generate")
        => Client.AskAsync($"{script.Name}:agent", "hi", interactionType);

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await RecordedRequest.ReadAsync(context.Request);
        var parts = context.Request.Path.Value!.Split('/', 3);
        if (!_scripts.TryGetValue(parts[1], out var script))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (parts[2] == script.CardPath)
        {
            script.CardRequests.Enqueue(request);
            await context.Response.WriteAsJsonAsync(script.Card);
        }
        else if (parts[2].StartsWith(".well-known/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else
        {
            var body = request.Body is "" ? [] : JsonNode.Parse(request.Body)!.AsObject();
            var what = (string?)body["method"] ?? $"{request.Method} {parts[2]}";
            script.Requests.Enqueue(new(what, request));
            try
            {
                await script.Act(new(context, what, body["params"] as JsonObject ?? body, script.Requests.Count(known => known.What == what)));
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // Whoever asked has gone, as it should.
            }
        }
    }
}

/// <summary>What one server says and is asked.</summary>
internal sealed record A2AScript(string Name, Func<A2ARequest, Task> Act)
{
    public ConcurrentQueue<(string What, RecordedRequest Request)> Requests { get; } = new();

    public ConcurrentQueue<RecordedRequest> CardRequests { get; } = new();

    public string CardPath { get; set; } = ".well-known/agent-card.json";

    public JsonObject Card { get; } = new()
    {
        ["name"] = "agent",
        ["capabilities"] = new JsonObject { ["streaming"] = true },
        ["supportedInterfaces"] = new JsonArray(
            new JsonObject { ["url"] = $"/{Name}/rpc", ["protocolBinding"] = "JSONRPC", ["protocolVersion"] = "1.0" }),
    };

    /// <summary>The methods, or method and path, that were asked for.</summary>
    public IEnumerable<string> Asked => Requests.Select(request => request.What);
}

/// <summary>One request, and ways to answer it.</summary>
/// <param name="Context">The request itself.</param>
/// <param name="What">Its method of JSON-RPC, or its own with its path.</param>
/// <param name="Parameters">What it says.</param>
/// <param name="Number">How often the same was asked, this time included.</param>
internal sealed record A2ARequest(HttpContext Context, string What, JsonObject Parameters, int Number)
{
    public const string Completed = """{"statusUpdate":{"taskId":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED"} } }""";

    public static string Task(string state, string text) => $$$"""
        {"id":"t","contextId":"c","status":{"state":"{{{state}}}"},"artifacts":[{"artifactId":"a","parts":[{"text":"{{{text}}}"}]}]}
        """;

    public static string Text(string text, bool append = true) => $$$"""
        {"artifactUpdate":{"taskId":"t","contextId":"c","append":{{{(append ? "true" : "false")}}},
        "artifact":{"artifactId":"a","parts":[{"text":"{{{text}}}"}]} } }
        """;

    public Task ResultAsync(string result) => JsonAsync($$"""{"jsonrpc":"2.0","id":"1","result":{{result}} }""");

    public Task ErrorAsync(int code, string message = "no")
        => JsonAsync($$$"""{"jsonrpc":"2.0","id":"1","error":{"code":{{{code}}},"message":"{{{message}}}"} }""");

    public Task JsonAsync(string json)
    {
        Context.Response.ContentType = "application/json";

        return Context.Response.WriteAsync(json, Context.RequestAborted);
    }

    public async Task EventsAsync(params string[] results)
    {
        Context.Response.ContentType = "text/event-stream";
        foreach (var result in results)
        {
            await Context.Response.WriteAsync(
                $$"""data: {"jsonrpc":"2.0","id":"1","result":{{result.ReplaceLineEndings("")}} }""" + "\n\n", Context.RequestAborted);
            await Context.Response.Body.FlushAsync(Context.RequestAborted);
        }
    }

    /// <summary>Ends the connection in the middle.</summary>
    public async Task CutAfterAsync(params string[] results)
    {
        await EventsAsync(results);
        await System.Threading.Tasks.Task.Delay(50, Context.RequestAborted);
        Context.Abort();
    }
}
