using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.AgentServers;

/// <summary>What every dialect shares.</summary>
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(AgentServerErrorBody))]
internal sealed partial class AgentServersJsonContext : JsonSerializerContext;
