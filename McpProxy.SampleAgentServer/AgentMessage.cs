using System.Text.Json;

namespace McpProxy.SampleAgentServer;

/// <summary>
/// One message of a conversation, whose role is <c>user</c>, <c>assistant</c>, <c>system</c> or <c>tool</c> in every dialect, or <c>answer</c> for what an
/// agent was answered that had stopped to ask.
/// </summary>
internal sealed record AgentMessage(string Role, string Content)
{
    public const string Answer = "answer";

    /// <summary>Reads messages in every form that Mastra and LangGraph take: one or many, each a text or a role with a text or parts.</summary>
    /// <exception cref="JsonException">These are no messages.</exception>
    public static IReadOnlyList<AgentMessage> ReadAll(JsonElement json)
        => json.ValueKind is JsonValueKind.Array ? [.. json.EnumerateArray().Select(Read)] : [Read(json)];

    private static AgentMessage Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new("user", json.GetString()!),
        JsonValueKind.Object when json.TryGetProperty("content", out var content) => new(ReadRole(json), ReadText(content)),
        _ => throw NoMessage(),
    };

    private static string ReadRole(JsonElement message)
        => (message.TryGetProperty("role", out var role) || message.TryGetProperty("type", out role) ? role.ToString() : null) switch
        {
            "user" or "human" => "user",
            "assistant" or "ai" => "assistant",
            "system" or "developer" => "system",
            "tool" => "tool",
            _ => throw NoMessage(),
        };

    private static string ReadText(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Null => "",
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(ReadPart)),
        _ => throw NoMessage(),
    };

    private static string ReadPart(JsonElement part)
        => part.ValueKind is JsonValueKind.Object ? part.TryGetProperty("text", out var text) ? text.ToString() : "" : throw NoMessage();

    private static JsonException NoMessage() => new("A message is a text, or an object with a role (user, assistant, system, tool) and content.");
}
