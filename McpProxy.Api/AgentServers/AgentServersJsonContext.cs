using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.AgentServers;

/// <summary>What every dialect shares.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(AgentServerErrorBody))]
[JsonSerializable(typeof(StreamSummary))]
internal sealed partial class AgentServersJsonContext : JsonSerializerContext;
