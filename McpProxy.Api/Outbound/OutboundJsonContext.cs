using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Outbound;

[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(AgentErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class OutboundJsonContext : JsonSerializerContext;
