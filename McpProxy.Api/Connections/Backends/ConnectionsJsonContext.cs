using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Connections.Backends;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerDetails))]
internal sealed partial class ConnectionsJsonContext : JsonSerializerContext;
