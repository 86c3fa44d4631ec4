using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.LangGraph;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(IReadOnlyList<AgentMessage>))]
[JsonSerializable(typeof(LangGraphAssistant[]))]
[JsonSerializable(typeof(LangGraphInterrupt[]))]
[JsonSerializable(typeof(LangGraphRun[]))]
[JsonSerializable(typeof(LangGraphState))]
[JsonSerializable(typeof(LangGraphThreadState))]
[JsonSerializable(typeof(JsonElement[]))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class LangGraphJsonContext : JsonSerializerContext;
