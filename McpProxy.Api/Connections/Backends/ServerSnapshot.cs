using System.Collections.Frozen;

namespace McpProxy.Api.Connections.Backends;

/// <summary>The connected servers as they were at one moment. Never changes, so that any number of calls can read it.</summary>
/// <param name="Servers">The servers, ordered by name.</param>
/// <param name="Version">The version of what was read; none when our own writes have been added to it.</param>
/// <param name="LoadedAt">The timestamp of the moment, or none before the first.</param>
/// <param name="Skipped">The entries that were left out.</param>
internal sealed record ServerSnapshot(IReadOnlyList<AgentServer> Servers, string? Version, long? LoadedAt, FrozenSet<string> Skipped)
{
    public static readonly ServerSnapshot Empty = new([], null, null, []);

    /// <param name="name">A server's name.</param>
    /// <param name="server">The server that has the name now, if any.</param>
    public ServerSnapshot With(string name, AgentServer? server)
    {
        var others = Servers.Where(other => other.Name != name);

        var servers = server is null ? others : others.Append(server);

        return this with { Version = null, Servers = [.. servers.OrderBy(other => other.Name, StringComparer.Ordinal)] };
    }
}
