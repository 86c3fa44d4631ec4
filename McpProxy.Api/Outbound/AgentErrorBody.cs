using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Outbound;

/// <summary>
/// The error bodies that agent servers send: <c>error</c> (text, or an object with a <c>message</c>), <c>message</c> or <c>detail</c>; with
/// <c>issues</c>, what is wrong with which member of the request. What it calls the error is in the error's <c>code</c>, or is the <c>reason</c> among its
/// <c>details</c>.
/// </summary>
internal sealed record AgentErrorBody(
    [property: JsonPropertyName("error")] JsonElement? Error,
    [property: JsonPropertyName("message")] JsonElement? Text,
    [property: JsonPropertyName("detail")] JsonElement? Detail,
    [property: JsonPropertyName("issues")] IReadOnlyList<AgentErrorIssue?>? Issues = null)
{
    private const int MaxCode = 100;

    [JsonIgnore]
    public string? Message => Issues is { Count: > 0 } ? $"{Summary} ({string.Join("; ", Issues)})" : Summary;

    private string? Summary => Read(Error) ?? Read(Text) ?? Read(Detail);

    /// <summary>What it calls the error, for programs.</summary>
    [JsonIgnore]
    public string? Code => Error is { ValueKind: JsonValueKind.Object } error ? Reason(error) ?? Short(Member(error, "code")) : null;

    private static string? Reason(JsonElement error) => Member(error, "details") is { ValueKind: JsonValueKind.Array } details
        ? details.EnumerateArray().Select(detail => Short(Member(detail, "reason"))).FirstOrDefault(reason => reason is not null)
        : null;

    private static JsonElement? Member(JsonElement element, string name)
        => element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Short(JsonElement? element) => element is { ValueKind: JsonValueKind.String or JsonValueKind.Number } code
        && code.ToString() is { Length: > 0 and <= MaxCode } text ? text : null;

    private static string? Read(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } nested when nested.TryGetProperty("message", out var message) => Read(message),
        _ => null,
    };
}

internal sealed record AgentErrorIssue([property: JsonPropertyName("field")] string? Field, [property: JsonPropertyName("message")] string? Message)
{
    public override string ToString() => $"{Field}: {Message}";
}
