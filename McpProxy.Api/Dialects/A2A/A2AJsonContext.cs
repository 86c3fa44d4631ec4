using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Dialects.A2A;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(A2ACard))]
[JsonSerializable(typeof(A2AEnvelope))]
[JsonSerializable(typeof(A2AEvent))]
[JsonSerializable(typeof(JsonArray))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class A2AJsonContext : JsonSerializerContext;
