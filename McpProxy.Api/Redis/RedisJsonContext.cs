using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Redis;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(UpstashReply))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RedisJsonContext : JsonSerializerContext;
