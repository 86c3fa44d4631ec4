using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>Reads the text of a message, which is a string or a list of parts. Parts that are no text, such as images and thoughts, are left out.</summary>
internal sealed class LangGraphContentConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var content = JsonElement.ParseValue(ref reader);

        return content.ValueKind is JsonValueKind.Array ? string.Concat(content.EnumerateArray().Select(Text)) : Text(content);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    private static string? Text(JsonElement part) => part switch
    {
        { ValueKind: JsonValueKind.String } => part.GetString(),
        { ValueKind: JsonValueKind.Object } when part.TryGetProperty("text", out var text) && text.ValueKind is JsonValueKind.String => text.GetString(),
        _ => null,
    };
}
