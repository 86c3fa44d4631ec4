using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.SampleAgentServer.LangGraph;

internal static class LangGraphJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>For JSON inside a string.</summary>
    public static JsonSerializerOptions Compact { get; } = new(Options) { WriteIndented = false };
}

/// <summary>The one assistant of a graph, named after it as on the real server.</summary>
internal sealed record Assistant(Guid AssistantId, string GraphId, string Name, string Description, DateTime CreatedAt)
{
    public int Version { get; } = 1;
    public object Config { get; } = new();
    public object Context { get; } = new();
    public DateTime UpdatedAt { get; } = CreatedAt;
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string> { ["created_by"] = "system" };
}

internal sealed record SearchRequest(string? GraphId, int Limit = 10, int Offset = 0);
internal sealed record ThreadRequest(string? ThreadId, string? IfExists, IReadOnlyDictionary<string, object>? Metadata);

internal sealed record ThreadReply(
    Guid ThreadId, DateTime CreatedAt, DateTime UpdatedAt, IReadOnlyDictionary<string, object> Metadata, string Status, StateValues? Values)
{
    public object Config { get; } = new();
    public object? Interrupts { get; } = Values is null ? null : new();
}

/// <summary>What a graph keeps; in a stream and for those who wait, also what it stopped to ask.</summary>
internal sealed record StateValues(
    IReadOnlyList<LangGraphMessage> Messages,
    [property: JsonPropertyName("__interrupt__")] IReadOnlyList<Interrupt>? Interrupts = null);

internal sealed record Interrupt(string Id, string Value);
internal sealed record GraphTask(Guid Id, string Name, IReadOnlyList<Interrupt> Interrupts);
internal sealed record RunCommand(JsonElement? Resume);

internal sealed record StateReply(
    object Values,
    object? Metadata,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTime? CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Checkpoint? Checkpoint)
{
    public string[] Next { get; init; } = [];
    public IReadOnlyList<GraphTask> Tasks { get; init; } = [];

    /// <summary>Only the newest state is kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Checkpoint? ParentCheckpoint { get; }
}

internal sealed record Checkpoint(Guid ThreadId, Guid CheckpointId, string CheckpointNs = "");

internal sealed record RunRequest(
    string? AssistantId,
    JsonElement Input,
    JsonElement StreamMode,
    string? IfNotExists,
    IReadOnlyDictionary<string, object>? Metadata,
    RunCommand? Command,
    bool StreamResumable = false)
{
    public string[] StreamModes => StreamMode.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => ["values"],
        JsonValueKind.Array => [.. StreamMode.EnumerateArray().Select(mode => mode.ToString())],
        _ => [StreamMode.ToString()],
    };
}

internal sealed record RunReply(
    Guid RunId, Guid ThreadId, Guid AssistantId, IReadOnlyDictionary<string, object> Metadata, string Status, DateTime CreatedAt, DateTime UpdatedAt)
{
    public string MultitaskStrategy { get; } = "reject";
}

/// <summary>An event of a run. It is sent to clients that asked for its mode, and to all if it has none.</summary>
internal sealed record RunEvent(string Type, object Data, string? Mode = null);

internal sealed record RunMetadata(Guid RunId, int Attempt);
internal sealed record RunError(string Error, string Message);
internal sealed record FailedState([property: JsonPropertyName("__error__")] RunError Error);

internal sealed record LangGraphMessage(string Id, string Type, string Content)
{
    public object AdditionalKwargs { get; } = new();
    public object ResponseMetadata { get; } = new();
    public IReadOnlyList<LangGraphToolCall>? ToolCalls { get; init; }
    public string[]? InvalidToolCalls => ToolCalls is null ? null : [];
    public IReadOnlyList<ToolCallChunk>? ToolCallChunks { get; init; }
    public string? ToolCallId { get; init; }
    public string? Name { get; init; }
    public Usage? UsageMetadata { get; init; }

    public static LangGraphMessage Of(AgentMessage message) => message.Role switch
    {
        "user" => new(Guid.NewGuid().ToString(), "human", message.Content),
        "assistant" => Ai(Guid.NewGuid().ToString(), message.Content),
        _ => new(Guid.NewGuid().ToString(), message.Role, message.Content),
    };

    public static LangGraphMessage Ai(string id, string content) => new(id, "ai", content) { ToolCalls = [] };

    public AgentMessage ToAgentMessage() => new(Type switch { "human" => "user", "ai" => "assistant", _ => Type }, Content);
}

internal sealed record LangGraphToolCall(string Name, object Args, string Id)
{
    public string Type { get; } = "tool_call";
}

/// <summary>A tool call as a stream shows it: its arguments are still text.</summary>
internal sealed record ToolCallChunk(string Name, string Args, string Id, int Index)
{
    public string Type { get; } = "tool_call_chunk";
}

internal sealed record ChunkMetadata(Guid ThreadId, Guid RunId, Guid AssistantId, string GraphId, int LanggraphStep, string LanggraphNode)
{
    public string[] Tags { get; } = [];
    public int RunAttempt { get; } = 1;
}
