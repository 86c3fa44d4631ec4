namespace McpProxy.Api.Connections;

/// <summary>Every agent server there is: those of the configuration and those connected at run time.</summary>
internal sealed class ServerRegistry(ConnectionOptions options, IConnectionBackend backend, ServerUrlPolicy policy)
{
    /// <summary>Gets the servers of the configuration in their order, then the connected ones by name.</summary>
    public async ValueTask<IReadOnlyList<AgentServer>> GetAllAsync(CancellationToken cancellationToken)
        => WithStatic(await backend.GetAllAsync(cancellationToken));

    /// <summary>The same, with what was connected elsewhere just now.</summary>
    public async ValueTask<IReadOnlyList<AgentServer>> RefreshAsync(CancellationToken cancellationToken)
        => WithStatic(await backend.RefreshAsync(cancellationToken));

    /// <summary>Finds the server at a URL; one that is not connected is called <c>custom</c>.</summary>
    /// <param name="servers">Those that are connected.</param>
    /// <param name="serverUrl">The URL.</param>
    /// <param name="mayBeOther">Whether the caller may use one that is not.</param>
    /// <exception cref="ProxyException">The text is no URL, or one that may not be used.</exception>
    public AgentServer Find(IReadOnlyList<AgentServer> servers, string serverUrl, bool mayBeOther)
    {
        var url = Parse(serverUrl);
        if (servers.FirstOrDefault(server => server.Url == url) is { } known)
        {
            return known;
        }

        return options.DynamicConnections && mayBeOther
            ? new(AgentServer.Unnamed, url)
            : throw new ProxyException(
                ErrorKind.RefusedByPolicy,
                $"Only connected servers may be used{(options.DynamicConnections ? "" : " (MCP_DYNAMIC_CONNECTIONS=false)")}. "
                + "Call listAgents to see them, and leave out serverUrl.");
    }

    /// <summary>Connects a server, unless its URL is connected already: then it stays as it is.</summary>
    /// <param name="serverUrl">Where it listens.</param>
    /// <param name="name">Its name, or <see langword="null"/> to get one.</param>
    /// <param name="type">The type it is declared to be, if any.</param>
    /// <param name="agents">The ids of those of its agents that it is there for; all if left out.</param>
    /// <param name="inquire">Finds out the type, and may refuse the server. It is not called for one that is connected already.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(AgentServer Server, bool Added)> ConnectAsync(
        string serverUrl,
        string? name,
        string? type,
        IReadOnlyList<string>? agents,
        Func<AgentServer, Task<string?>> inquire,
        CancellationToken cancellationToken)
    {
        ThrowIfFixed();
        var url = Parse(serverUrl);
        if (name is not null && ServerNames.Problem(name) is { } problem)
        {
            throw new ProxyException(
                ErrorKind.InvalidArgument, $"'{RemoteText.Clean(name, 100)}' can't be a server's name: {problem}. Choose another, or leave it out to get one.");
        }

        if (agents is not null && AgentIds.Problem(agents) is { } wrong)
        {
            throw new ProxyException(ErrorKind.InvalidArgument, $"agents can't be used: {wrong}. Name agents of this server, or leave it out for all.");
        }

        var servers = await RefreshAsync(cancellationToken);
        if (servers.FirstOrDefault(server => server.Url == url) is { } known)
        {
            return (known, false);
        }

        if (name is not null && servers.Any(server => server.Name == name))
        {
            throw ServerNames.Taken(name);
        }

        var candidate = new AgentServer(name ?? AgentServer.Unnamed, url, type, Agents: agents);

        return await backend.AddAsync(name, url, await inquire(candidate), agents, cancellationToken);
    }

    public async Task DisconnectAsync(string name, CancellationToken cancellationToken)
    {
        ThrowIfFixed();
        if (options.StaticServers.Any(server => server.Name == name))
        {
            throw new ProxyException(
                ErrorKind.RefusedByPolicy,
                $"'{name}' comes from the setting AGENT_SERVERS, so it can't be disconnected here. Take it out of that setting and restart the proxy.");
        }

        if (!await backend.RemoveAsync(name, cancellationToken))
        {
            var connected = await backend.GetAllAsync(cancellationToken);

            throw new ProxyException(
                ErrorKind.NotFound, $"No server called '{RemoteText.Clean(name, 100)}' was connected at run time. {Names(connected, name)}");
        }
    }

    /// <returns>Which servers there are, and which of them may be meant by a name that none has.</returns>
    public static string Names(IEnumerable<AgentServer> servers, string wanted)
        => NearMiss.AskAndList(wanted, [.. servers.Select(server => server.Name)]);

    private IReadOnlyList<AgentServer> WithStatic(IReadOnlyList<AgentServer> connected)
        => connected.Count > 0 ? [.. options.StaticServers, .. connected] : options.StaticServers;

    private ServerUrl Parse(string serverUrl)
    {
        if (ServerUrl.Check(serverUrl, out var url) is { } problem)
        {
            throw new ProxyException(ErrorKind.InvalidArgument, $"serverUrl can't be used: {problem}.");
        }

        return policy.Problem(url!) is { } refusal ? throw new ProxyException(ErrorKind.RefusedByPolicy, $"serverUrl can't be used: {refusal}") : url!;
    }

    private void ThrowIfFixed()
    {
        if (!options.DynamicConnections)
        {
            throw new ProxyException(
                ErrorKind.RefusedByPolicy,
                "Which servers are connected is fixed here (MCP_DYNAMIC_CONNECTIONS=false). Ask whoever runs the proxy to add the server to AGENT_SERVERS.");
        }
    }
}
