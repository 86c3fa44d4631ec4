using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>Reads the text of a message, which is a string or a list of parts. A refusal is text too; other parts, such as images, are left out.</summary>
internal sealed class OpenAIContentConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var content = JsonElement.ParseValue(ref reader);

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString(),
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => Text(part, "text") ?? Text(part, "refusal"))),
            _ => null,
        };
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    private static string? Text(JsonElement part, string name) => part.ValueKind is JsonValueKind.Object
        && part.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() : null;
}
