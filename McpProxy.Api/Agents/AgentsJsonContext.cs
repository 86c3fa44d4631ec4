using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Agents;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StreamSummary))]
internal sealed partial class AgentsJsonContext : JsonSerializerContext;
