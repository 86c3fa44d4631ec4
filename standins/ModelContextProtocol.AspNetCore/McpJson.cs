using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

internal static class McpJson
{
    // Strict, because without it duplicate properties and broken strings go unnoticed until somebody looks at them.
    private static readonly JsonSerializerOptions Strict = new(McpJsonUtilities.DefaultOptions) { AllowDuplicateProperties = false };

    public static readonly JsonTypeInfo<JsonRpcMessage> Incoming = (JsonTypeInfo<JsonRpcMessage>)Strict.GetTypeInfo(typeof(JsonRpcMessage));

    private static readonly JsonTypeInfo<JsonRpcMessage> Outgoing = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public static void WriteBody(HttpResponse response, JsonRpcMessage message)
    {
        response.ContentType = "application/json";
        Write(response.BodyWriter, message);
    }

    public static void Write(IBufferWriter<byte> destination, JsonRpcMessage message)
    {
        using var writer = new Utf8JsonWriter(destination, new() { SkipValidation = true });
        JsonSerializer.Serialize(writer, message, Outgoing);
    }

    /// <returns>The text, or <see langword="null"/> if there is none or it is something else.</returns>
    public static string? Text(this JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static JsonNode? Node(this RequestId id) => id.Id switch
    {
        string text => JsonValue.Create(text),
        long number => JsonValue.Create(number),
        _ => null,
    };
}
