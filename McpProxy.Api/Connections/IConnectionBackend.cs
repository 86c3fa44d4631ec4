namespace McpProxy.Api.Connections;

/// <summary>Remembers which agent servers were connected at run time.</summary>
internal interface IConnectionBackend
{
    /// <summary>The name that the setting <c>MCP_CONNECTION_BACKEND</c> uses for this backend.</summary>
    string Name { get; }

    BackendState State { get; }

    /// <summary>Gets every connected server, ordered by name. Others may have connected one a moment ago that is not among them yet.</summary>
    ValueTask<IReadOnlyList<AgentServer>> GetAllAsync(CancellationToken cancellationToken);

    /// <summary>Gets every connected server as things are now, for who misses one. If that can't be found out, the last that were known.</summary>
    ValueTask<IReadOnlyList<AgentServer>> RefreshAsync(CancellationToken cancellationToken);

    /// <summary>Connects a server. Repeating it is safe: a URL that is connected already keeps its name, type and agents.</summary>
    /// <param name="name">Its name, or <see langword="null"/> for the first free <c>server{N}</c>.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="type">Its type, if known.</param>
    /// <param name="agents">The ids of those of its agents that it is there for; all if left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The server now connected at that URL, and whether this call connected it.</returns>
    /// <exception cref="ProxyException">The name is taken, or there is no room for another server, or the change could not be made.</exception>
    Task<(AgentServer Server, bool Added)> AddAsync(
        string? name, ServerUrl url, string? type, IReadOnlyList<string>? agents, CancellationToken cancellationToken);

    /// <summary>Disconnects a server.</summary>
    /// <returns><see langword="false"/> if no connected server has that name.</returns>
    /// <exception cref="ProxyException">The change could not be made.</exception>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken);
}
