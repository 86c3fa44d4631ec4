using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>What a server said about its agents when it was last asked, or why it did not.</summary>
/// <param name="Server">The server, with its type where that is known.</param>
/// <param name="Agents">Its agents; none when asking failed.</param>
/// <param name="Failure">Why asking failed.</param>
/// <param name="ChangedAgents">Those that the server describes otherwise than when it was connected; none if left out.</param>
internal sealed record AgentListing(
    AgentServer Server, IReadOnlyList<Agent> Agents, ProxyException? Failure = null, IReadOnlyList<string>? ChangedAgents = null)
{
    public const int MaxAgents = 10_000;

    public static IReadOnlyList<string> Statuses { get; } = ["online", "offline", "error"];

    /// <summary>About how many bytes it takes.</summary>
    public long Bytes { get; } = Agents.Sum(agent => 100L + (2 * (agent.Id.Length + agent.Name.Length + (agent.Description?.Length ?? 0))));

    private readonly HashSet<string> _ids = [.. Agents.Select(agent => agent.Id)];

    /// <returns>The same of the server by the name that it has now.</returns>
    public AgentListing For(AgentServer server)
        => server.Name == Server.Name && server.IsDynamic == Server.IsDynamic ? this : this with { Server = server with { Type = Server.Type } };

    /// <returns>The same with the agents that a caller may use, or <see langword="null"/> if they may use none on this server.</returns>
    public AgentListing? VisibleTo(Caller caller)
        => caller.Agents is null ? this
            : caller.MaySee(Server.Name) ? new(
                Server,
                [.. Agents.Where(agent => caller.MayUse(Server.Name, agent.Id))],
                Failure,
                ChangedAgents?.Where(id => caller.MayUse(Server.Name, id)).ToList())
            : null;

    public bool Has(string agentId) => _ids.Contains(agentId);

    /// <summary>Whether asking failed in a way that says nothing of the server's agents: it may have them still.</summary>
    public bool IsSilent => Failure?.Kind is ErrorKind.Unreachable or ErrorKind.Interrupted or ErrorKind.TimedOut or ErrorKind.CircuitOpen
        or ErrorKind.Busy or ErrorKind.AgentFailed;

    /// <summary>Online, offline (it does not answer) or error (it answers, but not as it should).</summary>
    public string Status => Failure?.Kind switch
    {
        null => Statuses[0],
        ErrorKind.Unreachable or ErrorKind.Interrupted or ErrorKind.TimedOut => Statuses[1],
        _ => Statuses[2],
    };
}
