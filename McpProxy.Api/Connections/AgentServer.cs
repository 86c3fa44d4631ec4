namespace McpProxy.Api.Connections;

/// <summary>An agent server the proxy can reach.</summary>
/// <param name="Name">The name that qualifies its agents, as in <c>name:agentId</c>.</param>
/// <param name="Url">Where the server listens.</param>
/// <param name="Type">The dialect it speaks, as declared or found out, or <see langword="null"/> while neither is done.</param>
/// <param name="IsDynamic">Whether it was connected at run time. The others come from configuration.</param>
/// <param name="Agents">The ids of those of its agents that it is there for, or <see langword="null"/> for all.</param>
internal sealed record AgentServer(string Name, ServerUrl Url, string? Type = null, bool IsDynamic = true, IReadOnlyList<string>? Agents = null)
{
    /// <summary>What a server is called that is not connected.</summary>
    public const string Unnamed = "custom";

    /// <summary>What sentences call it: its name, or its URL where nobody has named it.</summary>
    public string Label => Name is Unnamed ? $"'{Url}'" : $"'{Name}'";

    /// <summary>The beginning of a sentence about it.</summary>
    public string Subject => $"Agent server {Label}";

    /// <returns>Whether it is there for an agent.</returns>
    public bool Offers(string agentId) => Agents?.Contains(agentId) is not false;

    /// <returns>The same server where it says that a part of it is. It is shown the credentials for that URL, and no others.</returns>
    public AgentServer At(ServerUrl url) => url == Url ? this : this with { Url = url, IsDynamic = true };
}
