using McpProxy.Api.Connections;
using McpProxy.Api.Mcp.Tools;

namespace McpProxy.Api.Operator;

/// <summary>What the proxy says about itself to people and their tools.</summary>
internal sealed record ProxyStatus(
    string Status,
    string Service,
    string Version,
    DateTime Timestamp,
    double Uptime,
    string Backend,
    ConnectionsStatus Connections,
    IReadOnlyDictionary<string, string> Endpoints,
    IReadOnlyList<string> Transports,
    ListAgentsResult Agents,
    IReadOnlyList<string> Tools);

/// <summary>How the connection backend is doing.</summary>
/// <param name="State">healthy, degraded (known servers can be used, but changes are refused or the list may be old) or unhealthy (there is no list).</param>
/// <param name="SnapshotAgeSeconds">How old the list of connected servers is.</param>
/// <param name="Problem">What is wrong and what to do about it.</param>
internal sealed record ConnectionsStatus(string State, double? SnapshotAgeSeconds, string? Problem)
{
    public static ConnectionsStatus From(BackendState state)
        => new(state.Health.ToString().ToLowerInvariant(), state.Age is { TotalSeconds: var seconds } ? Math.Round(seconds, 3) : null, state.Problem);
}
