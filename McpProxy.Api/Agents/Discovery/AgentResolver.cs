using System.Text.Json.Nodes;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>Finds agents across every server. The only place that knows how an agent id is resolved.</summary>
internal sealed class AgentResolver(ServerRegistry registry, AgentCatalog catalog, AgentOptions options)
{
    private const string DefaultServer = "server0";

    /// <summary>Asks every server, all at the same time, what agents it has.</summary>
    /// <exception cref="ProxyException">There is no room for so long an answer now.</exception>
    public async Task<IReadOnlyList<AgentListing>> ListAsync(Caller caller, MemoryLease memory, CancellationToken cancellationToken)
    {
        var servers = Visible(await registry.GetAllAsync(cancellationToken), caller);
        var found = Visible(await Task.WhenAll(servers.Select(server => catalog.AskAsync(server, cancellationToken))), caller);
        AgentTelemetry.Record(found);
        Take(memory, found.Sum(listing => listing.Bytes));

        return found;
    }

    /// <summary>Gets everything a server tells about an agent, cleaned.</summary>
    /// <exception cref="ProxyException">There is no room for so long an answer now, or the server does not tell.</exception>
    public async Task<JsonObject> DescribeAsync(ResolvedAgent agent, Caller caller, MemoryLease memory, CancellationToken cancellationToken)
    {
        try
        {
            var told = await agent.Dialect.DescribeAgentAsync(agent.Server, agent.AgentId, caller, cancellationToken);
            told.Remove("id");
            told.Insert(0, "id", agent.AgentId);
            var details = RemoteText.CleanTree(told);
            Take(memory, details.ToJsonString().Length);

            return details;
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.AgentNotFound)
        {
            throw await catalog.ExplainAsync(agent.Server, agent.AgentId, caller, exception, cancellationToken);
        }
    }

    /// <summary>Resolves <c>agentId</c> or <c>server:agentId</c>, with or without the URL of the server, to the one agent it means.</summary>
    /// <exception cref="ProxyException">No agent that the caller may use, or more than one, answers to that id.</exception>
    public async Task<ResolvedAgent> ResolveAsync(string agentId, string? serverUrl, Caller caller, CancellationToken cancellationToken)
    {
        var agent = await FindAsync(agentId, serverUrl, caller, cancellationToken);

        // What a caller may not use is not there for them, in the words of what is not there.
        return caller.MayUse(agent.Server.Name, agent.AgentId) && agent.Server.Offers(agent.AgentId) ? agent : throw await catalog.ExplainAsync(
            agent.Server, agent.AgentId, caller, AgentCatalog.NoSuchAgent(agent.Server, agent.AgentId), cancellationToken);
    }

    private async Task<ResolvedAgent> FindAsync(string agentId, string? serverUrl, Caller caller, CancellationToken cancellationToken)
    {
        var servers = Visible(await registry.GetAllAsync(cancellationToken), caller);
        var (prefix, id) = agentId.Split(':', 2) is [var left, var right] ? (left, right) : (null, agentId);
        if (id.Length is 0)
        {
            throw new ProxyException(
                ErrorKind.InvalidArgument, $"'{RemoteText.Clean(agentId, 100)}' names no agent. Use 'server:agentId', as listAgents shows it.");
        }

        if (prefix is not null && servers.FirstOrDefault(server => server.Name == prefix) is { } named)
        {
            return await ResolvedAsync(named, id, ResolutionMethod.ExplicitQualification, cancellationToken);
        }

        if (serverUrl is not null)
        {
            var server = registry.Find(servers, serverUrl, mayBeOther: caller.IsOperator);

            return await ResolvedAsync(server, id, ResolutionMethod.ExplicitUrlOverride, cancellationToken);
        }

        if (prefix is null)
        {
            return await SearchAsync(servers, agentId, caller, cancellationToken);
        }

        // Lists of former versions qualified an agent by host and port.
        if (servers.Where(server => agentId.StartsWith(server.Url.Authority + ":", StringComparison.Ordinal)).Take(2).ToList() is [var only])
        {
            return await ResolvedAsync(only, agentId[(only.Url.Authority.Length + 1)..], ResolutionMethod.ExplicitQualification, cancellationToken);
        }

        // Another replica may have connected it just now.
        servers = Visible(await registry.RefreshAsync(cancellationToken), caller);

        return servers.FirstOrDefault(server => server.Name == prefix) is { } connected
            ? await ResolvedAsync(connected, id, ResolutionMethod.ExplicitQualification, cancellationToken)
            : throw new ProxyException(
                ErrorKind.NotFound,
                $"No agent server is called '{RemoteText.Clean(prefix, 100)}'. {ServerRegistry.Names(servers, prefix)} Call listAgents to see what there is.");
    }

    private async Task<ResolvedAgent> ResolvedAsync(AgentServer server, string agentId, ResolutionMethod method, CancellationToken cancellationToken)
    {
        var typed = await catalog.IdentifyAsync(server, cancellationToken);

        return new(typed, agentId, catalog.DialectFor(typed), method);
    }

    private async Task<ResolvedAgent> SearchAsync(
        IReadOnlyList<AgentServer> servers, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        var found = Visible(await GatherAsync(servers, agentId, cancellationToken), caller);
        var matches = Matches(found, agentId);
        if (matches.Count is 0)
        {
            // The agent, or its server, may be newer than what was known last.
            servers = Visible(await registry.RefreshAsync(cancellationToken), caller);
            found = Visible(await Task.WhenAll(servers.Select(server => catalog.AskAsync(server, cancellationToken))), caller);
            matches = Matches(found, agentId);
        }

        return matches switch
        {
            [] => throw new ProxyException(ErrorKind.NotFound, NotFound(found, agentId)),
            [var only] => Resolved(only, agentId, ResolutionMethod.UniqueAutoResolution),
            _ when options.Conflicts is AgentConflicts.Refuse => throw new ProxyException(
                ErrorKind.Ambiguous,
                $"Several servers have an agent '{agentId}'. Say which one: "
                + $"{string.Join(" or ", matches.Select(match => $"'{ResolvedAgent.Qualify(match, agentId)}'"))}."),
            _ when matches.Find(match => match.Name == DefaultServer) is { } server0 => Resolved(server0, agentId, ResolutionMethod.ConflictDefaultServer),
            _ => Resolved(matches[0], agentId, ResolutionMethod.ConflictFirstAvailable),
        };
    }

    /// <summary>
    /// Gathers what agents each server has. Once a server has said that it has the agent, those that take their time now count as what they said before:
    /// one that hangs must not hold up the agents of the others. Only a server that never said anything is waited for, as it may have the agent too.
    /// </summary>
    private async Task<IReadOnlyList<AgentListing>> GatherAsync(IReadOnlyList<AgentServer> servers, string agentId, CancellationToken cancellationToken)
    {
        if (servers.Select(catalog.Fresh).OfType<AgentListing>().ToList() is { } fresh && fresh.Count == servers.Count)
        {
            return fresh;
        }

        var asked = servers.Select(server => catalog.GetAsync(server, cancellationToken)).ToList();
        while (true)
        {
            var waiting = asked.Where(listing => !listing.IsCompleted).ToList();
            var said = await Task.WhenAll(asked.Except(waiting));
            AgentListing?[] known =
                [.. servers.Zip(asked, (server, listing) => waiting.Contains(listing) ? catalog.LastKnown(server) : listing.Result)];
            if (waiting is [] || (Matches(said, agentId).Count > 0 && !known.Contains(null)))
            {
                return known!;
            }

            await Task.WhenAny(waiting);
        }
    }

    private ResolvedAgent Resolved(AgentServer server, string agentId, ResolutionMethod method) => new(server, agentId, catalog.DialectFor(server), method);

    private static IReadOnlyList<AgentServer> Visible(IReadOnlyList<AgentServer> servers, Caller caller)
        => caller.Agents is null ? servers : [.. servers.Where(server => caller.MaySee(server.Name))];

    private static IReadOnlyList<AgentListing> Visible(IReadOnlyList<AgentListing> found, Caller caller)
        => caller.Agents is null ? found : [.. found.Select(listing => listing.VisibleTo(caller)).OfType<AgentListing>()];

    private static void Take(MemoryLease memory, long bytes)
    {
        if (!memory.TryTake(bytes))
        {
            throw new ProxyException(
                ErrorKind.Busy,
                $"The proxy has no room for an answer of {bytes} bytes now. Ask again later; {memory.Budget.Setting} sets how much room there is.");
        }
    }

    private static List<AgentServer> Matches(IEnumerable<AgentListing> found, string agentId)
        => [.. found.Where(listing => listing.Has(agentId)).Select(listing => listing.Server)];

    private static string NotFound(IReadOnlyList<AgentListing> found, string agentId)
    {
        var agents = found.SelectMany(listing => listing.Agents.Select(agent => (Agent: agent, Id: ResolvedAgent.Qualify(listing.Server, agent.Id)))).ToList();
        var meant = NearMiss.Find(agentId, agents, agent => agent.Agent.Id) is [_, ..] near ? near : NearMiss.Find(agentId, agents, agent => agent.Agent.Name);
        var silent = found.Where(listing => listing.Failure is not null).Select(listing => $"'{listing.Server.Name}'").ToList();

        return $"No agent server has an agent '{RemoteText.Clean(agentId, 100)}'."
            + (meant.Count > 0 ? $" Did you mean {string.Join(" or ", meant.Select(agent => $"'{agent.Id}'"))}?" : "")
            + (silent.Count > 0 ? $" {string.Join(", ", silent)} could not be asked." : "")
            + " Call listAgents to see what there is.";
    }
}
