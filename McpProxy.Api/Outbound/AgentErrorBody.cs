using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Outbound;

/// <summary>
/// The error bodies that agent servers send: <c>error</c> (text, or an object with a <c>message</c>), <c>message</c> or <c>detail</c>; with
/// <c>issues</c>, what is wrong with which member of the request.
/// </summary>
internal sealed record AgentErrorBody(
    [property: JsonPropertyName("error")] JsonElement? Error,
    [property: JsonPropertyName("message")] JsonElement? Text,
    [property: JsonPropertyName("detail")] JsonElement? Detail,
    [property: JsonPropertyName("issues")] IReadOnlyList<AgentErrorIssue?>? Issues = null)
{
    [JsonIgnore]
    public string? Message => Issues is { Count: > 0 } ? $"{Summary} ({string.Join("; ", Issues)})" : Summary;

    private string? Summary => Read(Error) ?? Read(Text) ?? Read(Detail);

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
