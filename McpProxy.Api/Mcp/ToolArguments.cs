using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

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
        DropNulls(tool.InputSchema, arguments);
        var properties = tool.InputSchema.GetProperty("properties");
        var problem = Unknown(properties, arguments.Keys)
            ?? Missing(tool.InputSchema, arguments.ContainsKey)
            ?? arguments
                .Select(argument => properties.TryGetProperty(argument.Key, out var schema) ? Problem(schema, argument.Value, argument.Key) : null)
                .FirstOrDefault(found => found is not null);

        return problem is null ? null : Tell(tool.Name, problem);
    }

    /// <summary>What to send to an agent, by whichever argument says it.</summary>
    /// <exception cref="McpException">None does, or two do. A schema can't say that.</exception>
    public static IReadOnlyList<AgentMessage> Messages(
        RequestContext<CallToolRequestParams> request, string? message, IReadOnlyList<AgentMessage>? messages, JsonNode? resume) => (message, messages) switch
        {
            ({ } text, null) => [new(AgentMessageRole.User, text)],
            (null, { } several) => several,
            (null, null) when resume is not null => [],
            (null, null) => throw new McpException(Tell(request.Params.Name, "message is missing")),
            _ => throw new McpException(Tell(request.Params.Name, "message and messages are both there, and one stands for the other")),
        };

    private static string Tell(string tool, string problem) => $"{tool} was called with wrong arguments: {problem}. Correct it and call again.";

    /// <summary>To many clients an optional argument that is null is one that is left out.</summary>
    private static void DropNulls(JsonElement schema, IDictionary<string, JsonElement> arguments)
    {
        foreach (var (name, value) in arguments.ToList())
        {
            if (value.ValueKind is JsonValueKind.Null && !IsRequired(schema, name))
            {
                arguments.Remove(name);
            }
        }
    }

    /// <summary>An argument that would be overlooked may be the one that matters, such as a misspelt threadId.</summary>
    private static string? Unknown(JsonElement properties, IEnumerable<string> given)
    {
        string[] known = [.. properties.EnumerateObject().Select(property => property.Name)];

        // Some clients can't call a tool without arguments, and make one up.
        return known is not [] && given.FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? $"there is no '{RemoteText.Clean(unknown, 100)}'{Guess(unknown, known) ?? $", only {string.Join(", ", known)}"}"
            : null;
    }

    private static string? Guess(string given, IEnumerable<string> known) => NearMiss.Ask(given, known) is { } question ? $" ({question})" : null;

    private static string? Problem(JsonElement schema, JsonElement value, string path)
    {
        if (TypeIn(schema) is { } type && type != TypeOf(value))
        {
            return $"{path} must be of type {type}";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number => ProblemOfNumber(schema, value, path),
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
            string[] choices = [.. allowed.EnumerateArray().Select(choice => choice.GetString()!)];

            return $"{path} must be one of {string.Join(", ", choices.Select(choice => $"'{choice}'"))}{Guess(text, choices)}";
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

    private static string? ProblemOfNumber(JsonElement schema, JsonElement value, string path)
        => Number(schema, "minimum") is { } min && Number(schema, "maximum") is { } max
            && !(value.TryGetInt64(out var number) && number >= min && number <= max)
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

    private static bool IsRequired(JsonElement schema, string name)
        => schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(property => property.ValueEquals(name));

    /// <returns>The type that is asked for, or <see langword="null"/> where anything goes.</returns>
    private static string? TypeIn(JsonElement schema)
        => schema.TryGetProperty("type", out var type) ? type.GetString() : schema.TryGetProperty("enum", out _) ? "string" : null;

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static int? Number(JsonElement schema, string name) => schema.TryGetProperty(name, out var number) ? number.GetInt32() : null;
}
