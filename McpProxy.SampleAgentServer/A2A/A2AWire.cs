using System.Net.ServerSentEvents;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.SampleAgentServer.A2A;

/// <summary>One of the forms in which everything is said: two bindings, each in two versions.</summary>
/// <param name="IsRest">Whether it is HTTP with JSON, and no JSON-RPC.</param>
/// <param name="IsOld">Whether it is 0.3, and not 1.0.</param>
/// <param name="Id">Which request is answered.</param>
internal sealed record A2AWire(bool IsRest, bool IsOld, JsonNode? Id = null)
{
    private static readonly JsonSerializerOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether each thing says what it is, and the names of states are words.</summary>
    private bool HasKinds => IsOld && !IsRest;

    public static bool IsOldVersion(HttpRequest request) => request.Headers["A2A-Version"].ToString() is "" or "0.3";

    public string State(string name) => HasKinds ? name : $"TASK_STATE_{name.ToUpperInvariant().Replace('-', '_')}";

    public JsonObject Message(string text, string taskId, string contextId) => Named("message", new()
    {
        ["messageId"] = Guid.NewGuid().ToString(),
        ["role"] = HasKinds ? "agent" : "ROLE_AGENT",
        [IsOld && IsRest ? "content" : "parts"] = Parts(text),
        ["taskId"] = taskId,
        ["contextId"] = contextId,
    });

    public JsonArray Parts(string text) => [HasKinds ? new JsonObject { ["kind"] = "text", ["text"] = text } : new JsonObject { ["text"] = text }];

    /// <summary>One thing that is said by itself: it is wrapped under its name, or bears it.</summary>
    public JsonObject Event(string name, string kind, JsonObject content) => HasKinds ? Named(kind, content) : new() { [name] = content };

    public IResult Answer(JsonObject result) => Results.Text(Wrap(result), IsRest ? "application/a2a+json" : "application/json");

    public SseItem<string> Item(JsonObject result) => new(Wrap(result));

    public RefusedException Refused(int code, int status, string reason, string message) => new(IsRest
        ? Results.Json(new { error = new { code = status, message, details = new[] { new { reason, domain = "a2a-protocol.org" } } } }, statusCode: status)
        : Results.Json(new { jsonrpc = "2.0", id = Id, error = new { code, message } }));

    /// <summary>Reads a message: what its sender says, or the data that it brings, as JSON.</summary>
    public A2ARequest ReadMessage(JsonObject parameters)
    {
        if (parameters["message"] is not JsonObject message || (message["parts"] ?? message["content"]) is not JsonArray parts)
        {
            throw Refused(-32602, 400, "INVALID_PARAMS", "message is required");
        }

        var data = parts.Select(part => part?["data"]).FirstOrDefault(part => part is not null);
        var text = string.Concat(parts.Select(part => (string?)part?["text"]));
        var configuration = parameters["configuration"];

        return new(
            (string?)message["contextId"],
            (string?)message["taskId"],
            text,
            (IsOld && IsRest ? data?["data"] : data)?.ToJsonString() ?? JsonSerializer.Serialize(text),
            Waits: (bool?)configuration?["returnImmediately"] is not true && (bool?)configuration?["blocking"] is not false);
    }

    private JsonObject Named(string kind, JsonObject content)
    {
        if (HasKinds)
        {
            content["kind"] = kind;
        }

        return content;
    }

    private string Wrap(JsonObject result)
        => (IsRest ? result : new JsonObject { ["jsonrpc"] = "2.0", ["id"] = Id?.DeepClone(), ["result"] = result }).ToJsonString(_options);
}

/// <summary>What a message says.</summary>
/// <param name="ContextId">The conversation it belongs to.</param>
/// <param name="TaskId">The task that it is for.</param>
/// <param name="Text">Its text.</param>
/// <param name="Answer">What it answers to a question, as JSON.</param>
/// <param name="Waits">Whether its sender waits for the end of the task.</param>
internal sealed record A2ARequest(string? ContextId, string? TaskId, string Text, string Answer, bool Waits);
