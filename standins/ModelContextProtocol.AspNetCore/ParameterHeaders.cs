using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>A tool may ask for some of its arguments as headers too, so that what stands between can route by them. The two must agree.</summary>
internal static class ParameterHeaders
{
    private const decimal LargestSafeInteger = 9_007_199_254_740_991;

    public static Refusal? Check(IHeaderDictionary headers, JsonObject? parameters, McpServerPrimitiveCollection<McpServerTool>? tools) =>
        parameters.Text("name") is { } name && tools is not null && tools.TryGetPrimitive(name, out var tool)
            ? CheckProperties(headers, tool.ProtocolTool.InputSchema, parameters?["arguments"] as JsonObject)
            : null;

    /// <returns>The decoded value, empty if the header is missing, or <see langword="null"/> if it holds what no header may.</returns>
    public static string? Read(IHeaderDictionary headers, string name)
    {
        var value = headers[name].ToString().Trim();

        return value.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : McpHeaderEncoder.DecodeValue(value);
    }

    private static Refusal? CheckProperties(IHeaderDictionary headers, JsonElement schema, JsonObject? arguments)
    {
        if (schema.ValueKind is not JsonValueKind.Object
            || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var argument = arguments?[property.Name];
            var refusal = CheckProperty(headers, property, argument) ?? CheckProperties(headers, property.Value, argument as JsonObject);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Refusal? CheckProperty(IHeaderDictionary headers, JsonProperty property, JsonNode? argument)
    {
        if (property.Value.ValueKind is not JsonValueKind.Object
            || !property.Value.TryGetProperty("x-mcp-header", out var annotation) || annotation.GetString() is not { Length: > 0 } suffix)
        {
            return null;
        }

        var name = McpHeaders.ParameterPrefix + suffix;
        if (!headers.ContainsKey(name))
        {
            return argument is null ? null : Refusal.Mismatch($"The {name} header must repeat the argument '{property.Name}'.");
        }

        var expected = argument is null ? null : McpHeaderEncoder.DecodeValue(McpHeaderEncoder.ConvertToHeaderValue(argument));
        var agrees = Read(headers, name) is { } actual
            && (expected is null || (IsInteger(property.Value) ? SameInteger(actual, expected) : actual == expected));

        return agrees ? null : Refusal.Mismatch($"The {name} header is not the argument '{property.Name}'.");
    }

    private static bool IsInteger(JsonElement schema) => schema.TryGetProperty("type", out var type) && type.ValueKind switch
    {
        JsonValueKind.String => type.ValueEquals("integer"),
        JsonValueKind.Array => type.EnumerateArray().Any(option => option.ValueKind is JsonValueKind.String && option.ValueEquals("integer")),
        _ => false,
    };

    // As numbers, since 42, 42.0 and 4.2e1 are one, and only as far as every client can count.
    private static bool SameInteger(string actual, string expected) =>
        decimal.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var left)
        && decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
        && left == right && decimal.IsInteger(left) && Math.Abs(left) <= LargestSafeInteger;
}
