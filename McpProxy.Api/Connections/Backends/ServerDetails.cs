using System.Text.Json;

namespace McpProxy.Api.Connections.Backends;

/// <summary>What is remembered of a server beside its name and URL.</summary>
internal sealed record ServerDetails(string? Type, DateTimeOffset ConnectedAt)
{
    public override string ToString() => JsonSerializer.Serialize(this, ConnectionsJsonContext.Default.ServerDetails);

    /// <returns>The type in it, if the text is of our making and names one.</returns>
    public static string? TypeIn(string? text)
    {
        try
        {
            var type = text is { Length: > 0 } ? JsonSerializer.Deserialize(text, ConnectionsJsonContext.Default.ServerDetails)?.Type : null;

            return type is not null && ServerNames.Problem(type) is null ? type : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
