using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>An agent that an agent server offers.</summary>
internal sealed record Agent(string Id, string Name, string? Description = null)
{
    private const int MaxName = 200;
    private const int MaxDescription = 2000;

    /// <summary>An agent as its server tells of it, cleaned. Without a name it is called by its id.</summary>
    public static Agent Of(string id, string? name, string? description)
        => new(id, RemoteText.Clean(name, MaxName) ?? id, RemoteText.Clean(description, MaxDescription));

    /// <inheritdoc cref="AgentIds.IsUsable"/>
    public static bool IsUsable(string? id) => AgentIds.IsUsable(id);
}
