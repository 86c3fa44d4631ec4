using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Connections.Backends;

namespace McpProxy.Api.Redis;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerDetails))]
[JsonSerializable(typeof(UpstashReply))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RedisJsonContext : JsonSerializerContext;
