using System.ComponentModel;
using McpProxy.Api.AgentServers;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Tools;

/// <summary>Every agent server and its agents.</summary>
internal sealed record ListAgentsResult(IReadOnlyList<ServerAgents> ServerAgents, AgentsSummary Summary)
{
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
}

/// <summary>One agent server and its agents.</summary>
internal sealed record ServerAgents(
    string ServerName,
    string ServerUrl,
    [property: Description("The dialect the server speaks; unknown until it has answered once.")] string ServerType,
    string ServerDescription,
    IReadOnlyList<AgentSummary> Agents,
    [property: Description("online, offline (it does not answer) or error (it answers, but not as it should).")] string Status,
    [property: Description("Whether the server was connected at run time and can be disconnected.")] bool IsDynamic,
    [property: Description("Why the server is not online, and what to do about it.")] string? Error = null)
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
            listing.Failure?.Message);
    }
}

/// <summary>One agent.</summary>
internal sealed record AgentSummary(
    string Id,
    string Name,
    [property: Description("What callAgent and describeAgent take.")] string FullyQualifiedId,
    string? Description = null)
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
    [property: Description("Agent ids that several servers have. They need the form 'server:agentId'.")] IReadOnlyList<AgentConflict> AgentConflicts);

/// <summary>An agent id that several servers have.</summary>
internal sealed record AgentConflict(string AgentId, IReadOnlyList<string> Servers);
