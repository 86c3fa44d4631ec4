using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Outbound;

[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(AgentErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class OutboundJsonContext : JsonSerializerContext;
