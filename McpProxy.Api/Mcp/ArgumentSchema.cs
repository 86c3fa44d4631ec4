using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpProxy.Api.Mcp;

/// <summary>The part of JSON Schema that our tools use. It says what is wrong with an argument in words that a model can act on.</summary>
internal sealed record ArgumentSchema(
    string? Type = null,
    Dictionary<string, ArgumentSchema>? Properties = null,
    IReadOnlyList<string>? Required = null,
    ArgumentSchema? Items = null,
    IReadOnlyList<string>? Enum = null,
    string? Pattern = null,
    int? MinLength = null,
    int? MaxLength = null,
    int? MinItems = null,
    long? Minimum = null,
    long? Maximum = null)
{
    /// <summary>Why a native program can do with <c>MinLength</c> on an argument.</summary>
    public const string MinLengthNeedsNoReflection = "MinLength looks for a property Count of what is neither text nor list; no argument is that.";

    public Dictionary<string, ArgumentSchema> Members => Properties ?? [];

    /// <param name="value">The argument, or a part of it.</param>
    /// <param name="path">What to call it.</param>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    public string? FindProblem(JsonElement value, string path)
        => (Type ?? (Enum is null ? null : "string")) is { } type && type != TypeOf(value) ? $"{path} must be of type {type}" : value.ValueKind switch
        {
            JsonValueKind.Number => FindProblemInNumber(value, path),
            JsonValueKind.String => FindProblemInText(value.GetString()!, path),
            JsonValueKind.Array => FindProblemInArray(value, path),
            JsonValueKind.Object => FindProblemInObject(value, path),
            _ => null,
        };

    private string? FindProblemInNumber(JsonElement value, string path)
        => (Minimum, Maximum) is ({ } min, { } max) && !(value.TryGetInt64(out var number) && number >= min && number <= max)
            ? $"{path} must be between {min} and {max}"
            : null;

    private string? FindProblemInText(string text, string path)
        => Enum?.Contains(text) is false ? $"{path} must be one of {string.Join(", ", Enum.Select(choice => $"'{choice}'"))}{NearMiss.Guess(text, Enum)}"
            : text.Length < MinLength ? $"{path} must not be empty"
            : text.Length > MaxLength ? $"{path} must have at most {MaxLength} characters"
            : Pattern is not null && !Regex.IsMatch(text, Pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) ? $"{path} must match {Pattern}"
            : null;

    private string? FindProblemInArray(JsonElement value, string path)
        => value.GetArrayLength() < MinItems
            ? $"{path} must not be empty"
            : value.EnumerateArray().Select((item, index) => Items?.FindProblem(item, $"{path}[{index}]")).FirstOrDefault(problem => problem is not null);

    private string? FindProblemInObject(JsonElement value, string path)
        => Required?.FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing
            ? $"{path}.{missing} is missing"
            : Members
                .Select(member => value.TryGetProperty(member.Key, out var part) ? member.Value.FindProblem(part, $"{path}.{member.Key}") : null)
                .FirstOrDefault(problem => problem is not null);

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
