using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Tools;

/// <summary>
/// Checks the arguments of a call against the schema that the tool publishes, as far as our schemas go, so that a wrong one is answered with a
/// sentence. The SDK would only say that the tool failed.
/// </summary>
internal static class ToolArguments
{
    /// <returns>What is wrong with the arguments, or <see langword="null"/>.</returns>
    public static string? Problem(RequestContext<CallToolRequestParams> request)
    {
        if (request.MatchedPrimitive is not McpServerTool { ProtocolTool: var tool })
        {
            return null;
        }

        var arguments = request.Params?.Arguments ?? new Dictionary<string, JsonElement>();
        var problem = Missing(tool.InputSchema, arguments.ContainsKey)
            ?? arguments
                .Select(argument => tool.InputSchema.GetProperty("properties").TryGetProperty(argument.Key, out var schema)
                    ? Problem(schema, argument.Value, argument.Key)
                    : null)
                .FirstOrDefault(found => found is not null);

        return problem is null ? null : Tell(tool.Name, problem);
    }

    /// <summary>For what a schema can't say.</summary>
    public static McpException Wrong(RequestContext<CallToolRequestParams> request, string problem) => new(Tell(request.Params.Name, problem));

    private static string Tell(string tool, string problem) => $"{tool} was called with wrong arguments: {problem}. Correct it and call again.";

    private static string? Problem(JsonElement schema, JsonElement value, string path)
    {
        if (Types(schema) is [var usual, ..] types && !types.Contains(TypeOf(value)))
        {
            return $"{path} must be of type {usual}";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number => ProblemOfNumber(schema, value.GetInt64(), path),
            JsonValueKind.String => ProblemOfText(schema, value.GetString()!, path),
            JsonValueKind.Array => ProblemOfArray(schema, value, path),
            JsonValueKind.Object when schema.TryGetProperty("properties", out var properties) =>
                Missing(schema, name => value.TryGetProperty(name, out _), path + ".")
                ?? properties.EnumerateObject()
                    .Select(property => value.TryGetProperty(property.Name, out var member) ? Problem(property.Value, member, $"{path}.{property.Name}") : null)
                    .FirstOrDefault(found => found is not null),
            _ => null,
        };
    }

    private static string? ProblemOfText(JsonElement schema, string text, string path)
    {
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(choice => choice.ValueEquals(text)))
        {
            return $"{path} must be one of {string.Join(", ", allowed.EnumerateArray().Select(choice => $"'{choice}'"))}";
        }

        if (Number(schema, "minLength") is { } min && text.Length < min)
        {
            return $"{path} must not be empty";
        }

        if (Number(schema, "maxLength") is { } max && text.Length > max)
        {
            return $"{path} must have at most {max} characters";
        }

        return schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1))
            ? $"{path} must match {pattern}"
            : null;
    }

    private static string? ProblemOfNumber(JsonElement schema, long number, string path)
        => Number(schema, "minimum") is { } min && Number(schema, "maximum") is { } max && (number < min || number > max)
            ? $"{path} must be between {min} and {max}"
            : null;

    private static string? ProblemOfArray(JsonElement schema, JsonElement value, string path)
    {
        if (Number(schema, "minItems") is { } min && value.GetArrayLength() < min)
        {
            return $"{path} must not be empty";
        }

        return schema.TryGetProperty("items", out var items)
            ? value.EnumerateArray().Select((item, index) => Problem(items, item, $"{path}[{index}]")).FirstOrDefault(found => found is not null)
            : null;
    }

    private static string? Missing(JsonElement schema, Func<string, bool> isThere, string prefix = "")
        => schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().Select(name => name.GetString()!).FirstOrDefault(name => !isThere(name)) is { } missing
            ? $"{prefix}{missing} is missing"
            : null;

    /// <returns>The usual type first; none where anything goes.</returns>
    private static string[] Types(JsonElement schema) => !schema.TryGetProperty("type", out var type)
        ? schema.TryGetProperty("enum", out _) ? ["string"] : []
        : type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(name => name.GetString()!)] : [type.GetString()!];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static int? Number(JsonElement schema, string name) => schema.TryGetProperty(name, out var number) ? number.GetInt32() : null;
}
