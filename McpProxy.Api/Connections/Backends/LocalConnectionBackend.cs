using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpProxy.Api.Connections.Backends;

/// <summary>Remembers connections in this process; they are gone when it stops.</summary>
internal sealed class LocalConnectionBackend(ConnectionOptions options) : IConnectionBackend
{
    public const string BackendName = "local";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, AgentServer> _servers = new(StringComparer.Ordinal);
    private IReadOnlyList<AgentServer> _snapshot = [];

    public string Name => BackendName;

    public BackendState State { get; } = new(HealthStatus.Healthy);

    public ValueTask<IReadOnlyList<AgentServer>> GetAllAsync(CancellationToken cancellationToken) => new(Volatile.Read(ref _snapshot));

    public ValueTask<IReadOnlyList<AgentServer>> RefreshAsync(CancellationToken cancellationToken) => GetAllAsync(cancellationToken);

    public Task<(AgentServer Server, bool Added)> AddAsync(
        string? name, ServerUrl url, string? type, IReadOnlyList<string>? agents, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_servers.Values.FirstOrDefault(server => server.Url == url) is { } existing)
            {
                return Task.FromResult((existing, false));
            }

            name ??= ServerNames.FirstFree(options.StaticServers.Count + _servers.Count, IsTaken);
            if (IsTaken(name))
            {
                throw ServerNames.Taken(name);
            }

            if (_servers.Count >= options.MaxConnections)
            {
                throw ServerNames.NoRoom(options.MaxConnections);
            }

            var server = new AgentServer(name, url, type, Agents: agents);
            _servers.Add(name, server);
            _snapshot = [.. _servers.Values];

            return Task.FromResult((server, true));
        }
    }

    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var removed = _servers.Remove(name);
            _snapshot = [.. _servers.Values];

            return Task.FromResult(removed);
        }
    }

    private bool IsTaken(string name) => _servers.ContainsKey(name) || options.StaticServers.Any(server => server.Name == name);
}
