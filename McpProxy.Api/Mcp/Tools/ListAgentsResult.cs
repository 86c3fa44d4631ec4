using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>Every agent server and its agents.</summary>
internal sealed record ListAgentsResult(IReadOnlyList<ServerAgents> ServerAgents, AgentsSummary Summary, string? Hint = null)
{
    private const int MaxDescription = 300;

    public static ListAgentsResult From(IReadOnlyList<AgentListing> listings) => new(
        [.. listings.Select(Tools.ServerAgents.From)],
        new(
            listings.Count,
            listings.Count(listing => !listing.Server.IsDynamic),
            listings.Count(listing => listing.Server.IsDynamic),
            listings.Count(listing => listing.Failure is null),
            listings.Sum(listing => listing.Agents.Count),
            [
                .. listings
                    .SelectMany(listing => listing.Agents.Select(agent => (agent.Id, listing.Server.Name)))
                    .GroupBy(found => found.Id, found => found.Name)
                    .Where(servers => servers.Count() > 1)
                    .Select(servers => new AgentConflict(servers.Key, [.. servers])),
            ]));

    /// <summary>Adds what to do when there is no server, or more agents than tools of their own.</summary>
    /// <param name="canConnect">Whether a client may connect a server.</param>
    /// <param name="withoutTool">How many agents have no tool of their own while others do.</param>
    public ListAgentsResult WithHint(bool canConnect, int withoutTool) => ServerAgents.Count > 0 && withoutTool is 0 ? this : this with
    {
        Hint = ServerAgents.Count > 0 ? $"{withoutTool} of these agents have no tool of their own: callAgent calls them all."
            : canConnect ? "No agent server is connected. Connect one with connectServer and its base URL, or set AGENT_SERVERS where the proxy runs."
            : "No agent server is connected. Whoever runs the proxy can set AGENT_SERVERS to their base URLs.",
    };

    /// <returns>The same for a reader: a line for each server, and one for each agent.</returns>
    public string Format()
    {
        var lines = ServerAgents.SelectMany(server => server.Agents.Select(Format).Prepend(Format(server)));

        return string.Join('\n', Hint is null ? lines : lines.Append(Hint));
    }

    private static string Format(ServerAgents server)
        => $"{server.ServerName} ({server.ServerType}, {server.ServerUrl}) is {server.Status}{(server.Error is null ? "" : $": {server.Error}")}"
            + (server.ChangedAgents is { } changed ? $"; described otherwise than when it was connected: {string.Join(", ", changed)}" : "");

    private static string Format(AgentSummary agent)
    {
        var name = agent.Name == agent.Id ? "" : $" ({agent.Name})";
        var description = RemoteText.Clean(agent.Description, MaxDescription) is { } text ? $": {text}" : "";

        return $"- {agent.FullyQualifiedId}{name}{description}";
    }
}

/// <summary>One agent server and its agents.</summary>
internal sealed record ServerAgents(
    string ServerName,
    string ServerUrl,
    string ServerType,
    string ServerDescription,
    IReadOnlyList<AgentSummary> Agents,
    string Status,
    bool IsDynamic,
    string? Error = null,
    IReadOnlyList<string>? ChangedAgents = null)
{
    public static ServerAgents From(AgentListing listing)
    {
        var type = listing.Server.Type ?? "unknown";

        return new(
            listing.Server.Name,
            listing.Server.Url.ToString(),
            type,
            $"{char.ToUpperInvariant(type[0])}{type[1..]} Server ({listing.Server.Name})",
            [.. listing.Agents.Select(agent => AgentSummary.From(listing.Server, agent))],
            listing.Status,
            listing.Server.IsDynamic,
            listing.Failure?.Message,
            listing.ChangedAgents is [_, ..] ? listing.ChangedAgents : null);
    }
}

/// <summary>One agent.</summary>
internal sealed record AgentSummary(string Id, string Name, string FullyQualifiedId, string? Description = null)
{
    public static AgentSummary From(AgentServer server, Agent agent)
        => new(agent.Id, agent.Name, ResolvedAgent.Qualify(server, agent.Id), agent.Description);
}

/// <summary>Counts over all servers.</summary>
internal sealed record AgentsSummary(
    int TotalServers,
    int StaticServers,
    int DynamicServers,
    int OnlineServers,
    int TotalAgents,
    IReadOnlyList<AgentConflict> AgentConflicts);

/// <summary>An agent id that several servers have.</summary>
internal sealed record AgentConflict(string AgentId, IReadOnlyList<string> Servers);
