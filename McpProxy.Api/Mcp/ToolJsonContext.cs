using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>The shapes that MCP clients send and read.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentRunResult))]
[JsonSerializable(typeof(ArgumentSchema))]
[JsonSerializable(typeof(CallAgentResult))]
[JsonSerializable(typeof(CallToolResult))]
[JsonSerializable(typeof(StreamedAnswer))]
[JsonSerializable(typeof(ConnectServerResult))]
[JsonSerializable(typeof(DescribeAgentResult))]
[JsonSerializable(typeof(DisconnectServerResult))]
[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(ListAgentsResult))]
[JsonSerializable(typeof(IReadOnlyList<AgentMessage>))]
[JsonSerializable(typeof(InteractionType))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
internal sealed partial class ToolJsonContext : JsonSerializerContext;

internal static class ToolJson
{
    /// <summary>For text that a model reads: quotes and letters as they are, not as escapes.</summary>
    public static JsonSerializerOptions Readable { get; } = new(ToolJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, (JsonTypeInfo<T>)Readable.GetTypeInfo(typeof(T)));
}
