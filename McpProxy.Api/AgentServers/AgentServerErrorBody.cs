using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.AgentServers;

/// <summary>The error bodies that agent servers send: <c>error</c> (text, or an object with a <c>message</c>), <c>message</c> or <c>detail</c>.</summary>
internal sealed record AgentServerErrorBody(
    [property: JsonPropertyName("error")] JsonElement? Error,
    [property: JsonPropertyName("message")] JsonElement? Text,
    [property: JsonPropertyName("detail")] JsonElement? Detail)
{
    [JsonIgnore]
    public string? Message => Read(Error) ?? Read(Text) ?? Read(Detail);

    private static string? Read(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } nested when nested.TryGetProperty("message", out var message) => Read(message),
        _ => null,
    };
}
