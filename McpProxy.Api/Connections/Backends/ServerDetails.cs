using System.Text.Json;

namespace McpProxy.Api.Connections.Backends;

/// <summary>What is remembered of a server beside its name and URL.</summary>
internal sealed record ServerDetails(string? Type, DateTimeOffset ConnectedAt, IReadOnlyList<string>? Agents = null)
{
    public override string ToString() => JsonSerializer.Serialize(this, ConnectionsJsonContext.Default.ServerDetails);

    /// <returns>The server, with what the text tells of it: others may write to the store.</returns>
    public static AgentServer Server(string name, ServerUrl url, string? text)
    {
        var details = Read(text);
        var type = details?.Type is { } named && ServerNames.Problem(named) is null ? named : null;

        // A list that can't be used is not taken for none: that would open more than was meant.
        var agents = details?.Agents is { } ids && AgentIds.Problem(ids) is not null ? [] : details?.Agents;

        return new(name, url, type, Agents: agents);
    }

    private static ServerDetails? Read(string? text)
    {
        try
        {
            return text is { Length: > 0 } ? JsonSerializer.Deserialize(text, ConnectionsJsonContext.Default.ServerDetails) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
