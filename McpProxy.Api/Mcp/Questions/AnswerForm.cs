using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using static ModelContextProtocol.Protocol.ElicitRequestParams;

namespace McpProxy.Api.Mcp.Questions;

/// <summary>
/// A form in which a user answers an agent. MCP has fields of plain types only: an answer of a plain type, or an object of such, gets fields of its own,
/// and any other is written as JSON. Where it is not known what the answer has to be, it is words, or JSON if it looks like it.
/// </summary>
internal sealed class AnswerForm
{
    private const string Whole = "answer";
    private const int MaxSchema = 4000;
    private const int MaxFields = 20;
    private const int MaxLabel = 500;
    private const int MaxQuestion = 4000;

    private static readonly JsonTypeInfo<PrimitiveSchemaDefinition> _definition
        = (JsonTypeInfo<PrimitiveSchemaDefinition>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(PrimitiveSchemaDefinition));

    private readonly Dictionary<string, PrimitiveSchemaDefinition> _fields;
    private readonly List<string> _required = [Whole];
    private readonly AnswerKind _kind;

    /// <param name="schema">What the answer has to fit, if that is known.</param>
    public AnswerForm(JsonObject? schema)
    {
        Schema = schema?.ToJsonString().Length <= MaxSchema ? schema : null;
        if (ReadFields(Schema) is { } fields)
        {
            var names = Schema!["required"] as JsonArray ?? [];
            (_kind, _fields, _required) = (AnswerKind.Object, fields, [.. fields.Keys.Where(name => names.Any(other => other?.ToString() == name))]);
        }
        else if (ReadField(Schema) is { } plain)
        {
            (_kind, _fields) = (AnswerKind.Plain, new() { [Whole] = plain });
        }
        else
        {
            var (kind, label) = Schema is null ? (AnswerKind.Words, null) : (AnswerKind.Json, $"JSON that fits this schema: {ReadableJson.Of(Schema)}");
            (_kind, _fields) = (kind, new() { [Whole] = new StringSchema { Description = label } });
        }
    }

    private enum AnswerKind
    {
        Words,
        Plain,
        Object,
        Json,
    }

    public JsonObject? Schema { get; }

    /// <returns>A question as it is fit to be shown.</returns>
    public static string Clean(string question) => RemoteText.Clean(question, MaxQuestion, keepLines: true) ?? "";

    /// <returns>The form as a client is asked to show it.</returns>
    /// <param name="key">The name of the request.</param>
    /// <param name="agent">Who asks.</param>
    /// <param name="question">What they ask: anybody's words.</param>
    public Dictionary<string, InputRequest> ToRequests(string key, string agent, string question) => new()
    {
        [key] = InputRequest.ForElicitation(new()
        {
            Message = $"Agent '{RemoteText.Clean(agent, MaxLabel)}' asks: {Clean(question)}",
            RequestedSchema = new() { Properties = _fields, Required = _required },
        }),
    };

    /// <returns>The user's answer, as the agent takes it.</returns>
    /// <exception cref="ProxyException">It does not fit the form.</exception>
    public JsonNode Read(IDictionary<string, JsonElement>? content)
    {
        var filled = (content ?? new Dictionary<string, JsonElement>()).Where(field => _fields.ContainsKey(field.Key)).ToDictionary();
        var problem = _required.Find(name => !filled.ContainsKey(name)) is { } missing
            ? $"'{missing}' is missing"
            : filled.Select(field => FindProblem(field.Key, field.Value)).FirstOrDefault(found => found is not null);
        if (problem is not null)
        {
            throw Wrong(problem);
        }

        return _kind switch
        {
            AnswerKind.Object => new JsonObject(filled.Select(field => KeyValuePair.Create(field.Key, ToNode(field.Value)))),
            AnswerKind.Plain => ToNode(filled[Whole])!,
            _ => ReadText(filled[Whole].GetString()!),
        };
    }

    private JsonNode ReadText(string text)
    {
        try
        {
            return _kind is AnswerKind.Json || text.TrimStart() is ['{' or '[', ..] ? JsonNode.Parse(text) ?? text : text;
        }
        catch (JsonException)
        {
            return _kind is AnswerKind.Words ? text : throw Wrong($"'{Whole}' must be JSON");
        }
    }

    private string? FindProblem(string name, JsonElement value) => (_fields[name], value.ValueKind) switch
    {
        (BooleanSchema, JsonValueKind.True or JsonValueKind.False) => null,
        (BooleanSchema, _) => $"'{name}' must be true or false",
        (NumberSchema number, JsonValueKind.Number) when number.Type is "number" || value.TryGetInt64(out _) => null,
        (NumberSchema number, _) => $"'{name}' must be of type {number.Type}",
        (UntitledMultiSelectEnumSchema or TitledMultiSelectEnumSchema, JsonValueKind.Array) => null,
        (UntitledMultiSelectEnumSchema or TitledMultiSelectEnumSchema, _) => $"'{name}' must be a list",
        (UntitledSingleSelectEnumSchema choice, JsonValueKind.String) => FindProblem(name, value, choice.Enum),
        (TitledSingleSelectEnumSchema choice, JsonValueKind.String) => FindProblem(name, value, choice.OneOf.Select(option => option.Const)),
        (_, JsonValueKind.String) => null,
        _ => $"'{name}' must be text",
    };

    private static string? FindProblem(string name, JsonElement value, IEnumerable<string> choices)
        => choices.Contains(value.GetString()) ? null : $"'{name}' must be one of {string.Join(", ", choices.Select(choice => $"'{choice}'"))}";

    private static ProxyException Wrong(string problem)
        => new(ErrorKind.InvalidArgument, $"The agent was not sent the answer: {problem}. Correct it and send it again.");

    /// <returns>The fields of an object of plain types, or <see langword="null"/> if it is none.</returns>
    private static Dictionary<string, PrimitiveSchemaDefinition>? ReadFields(JsonObject? schema)
    {
        if (schema?["properties"] is not JsonObject { Count: > 0 and <= MaxFields } properties)
        {
            return null;
        }

        var fields = properties.Select(property => KeyValuePair.Create(property.Key, ReadField(property.Value as JsonObject))).ToList();

        return fields.Exists(field => field.Value is null) ? null : fields.ToDictionary(field => field.Key, field => field.Value!);
    }

    private static PrimitiveSchemaDefinition? ReadField(JsonObject? schema)
    {
        try
        {
            var field = schema.Deserialize(_definition);
            field?.Title = RemoteText.Clean(field.Title, MaxLabel);
            field?.Description = RemoteText.Clean(field.Description, MaxLabel);

            return field;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // Nothing that a form has a field for.
            return null;
        }
    }

    private static JsonNode? ToNode(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
