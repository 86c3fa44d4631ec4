using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Text;

/// <summary>JSON that a reader gets as text: in one line, and every script as it is written.</summary>
internal static class ReadableJson
{
    private static readonly ReadableJsonContext _context = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Of(JsonElement json) => JsonSerializer.Serialize(json, _context.JsonElement);

    public static string Of(JsonObject json) => json.ToJsonString(_context.Options);
}

[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ReadableJsonContext : JsonSerializerContext;
