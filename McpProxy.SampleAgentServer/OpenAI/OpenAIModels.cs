using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.OpenAI;

internal static class OpenAIJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(object? value) => JsonSerializer.Serialize(value, Options);

    public static IResult Result(object? value, int status = StatusCodes.Status200OK) => Results.Json(value, Options, statusCode: status);

    public static RefusedException Refused(int status, string message, string? code = null, string? param = null)
        => new(Result(new { Error = new { Message = message, Type = "invalid_request_error", Param = param, Code = code } }, status));
}

internal sealed record ResponseRequest(
    string? Model,
    JsonElement Input,
    string? PreviousResponseId,
    JsonElement Conversation,
    IReadOnlyDictionary<string, string>? Metadata,
    bool Stream = false,
    bool Background = false)
{
    /// <summary>The agent where agents are entities, and not models.</summary>
    public string? EntityId => Metadata?.GetValueOrDefault("entity_id");

    public string? ConversationId => Conversation.ValueKind switch
    {
        JsonValueKind.String => Conversation.GetString(),
        JsonValueKind.Object when Conversation.TryGetProperty("id", out var id) => id.GetString(),
        _ => null,
    };
}

internal sealed record ChatRequest(string? Model, JsonElement Messages, StreamOptions? StreamOptions, bool Stream = false);
internal sealed record StreamOptions(bool IncludeUsage);
internal sealed record ConversationRequest(IReadOnlyDictionary<string, string>? Metadata);

/// <summary>A run as it stands.</summary>
internal sealed record ResponseReply(
    string Id,
    long CreatedAt,
    string Status,
    string Model,
    IReadOnlyList<object> Output,
    Usage? Usage,
    object? Error,
    string? PreviousResponseId,
    ConversationReference? Conversation,
    bool Background,
    IReadOnlyDictionary<string, string> Metadata)
{
    public string Object { get; } = "response";
    public object? IncompleteDetails { get; }
    public string? Instructions { get; }
    public bool ParallelToolCalls { get; } = true;
    public bool Store { get; } = true;
    public string ToolChoice { get; } = "auto";
    public string[] Tools { get; } = [];
}

internal sealed record ConversationReference(string Id);

/// <summary>An agent as the Microsoft Agent Framework lists it.</summary>
internal sealed record Entity(string Id, string Name, string Description, string? Instructions, IReadOnlyList<string> Tools)
{
    public string Type { get; } = "agent";
    public string Framework { get; } = "agent_framework";
    public string Source { get; } = "di";
    public object Metadata { get; } = new();

    public static Entity Of(SampleAgent agent, bool listed)
        => new(agent.Id, agent.Name, agent.Description, listed ? null : agent.Instructions, agent.Tool is { } tool ? [tool.Id] : []);
}

internal sealed record MessageItem(string Id, string Status, IReadOnlyList<TextPart> Content)
{
    public string Type { get; } = "message";
    public string Role { get; } = "assistant";
}

internal sealed record TextPart(string Text)
{
    public string Type { get; } = "output_text";
    public string[] Annotations { get; } = [];
    public string[] Logprobs { get; } = [];
}

internal sealed record FunctionCallItem(string Id, string CallId, string Name, string Arguments)
{
    public string Type { get; } = "function_call";
    public string Status { get; } = "completed";
}

internal sealed record FunctionOutputItem(string Id, string CallId, string Output)
{
    public string Type { get; } = "function_call_output";
    public string Status { get; } = "completed";
}

internal sealed record ServerCallItem(string Id, string Name, string Arguments, string Output)
{
    public string Type { get; } = "mcp_call";
    public string ServerLabel { get; } = "sample";
    public string? Error { get; }
}

internal sealed record ApprovalItem(string Id, string Name, string Arguments)
{
    public string Type { get; } = "mcp_approval_request";
    public string ServerLabel { get; } = "sample";
}

/// <summary>A conversation that has a name.</summary>
internal sealed class OpenAIConversation(string id, IReadOnlyDictionary<string, string> metadata)
{
    private readonly Lock _gate = new();

    public string Id => id;

    public IReadOnlyList<AgentMessage> Messages { get; private set; } = [];

    /// <summary>What the agent waits to be allowed, if anything.</summary>
    public string? ApprovalId { get; set; }

    public object Describe() => new { Id = id, Object = "conversation", CreatedAt, Metadata = metadata };

    public void Append(IEnumerable<AgentMessage> messages)
    {
        lock (_gate)
        {
            Messages = [.. Messages, .. messages];
        }
    }

    private long CreatedAt { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
