using Microsoft.Extensions.Caching.Memory;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>Logs how agent servers are doing: once, and again when that has changed.</summary>
internal sealed partial class ServerStatusLog(Audit audit, ILogger<ServerStatusLog> logger) : IDisposable
{
    private readonly MemoryCache _states = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    private long _version;

    /// <summary>Grows when a server does otherwise than before.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Whether anybody reads it.</summary>
    public bool IsEnabled => logger.IsEnabled(LogLevel.Information);

    /// <summary>Logs what a server just said, or why it did not, if that has changed.</summary>
    public void LogChange(AgentListing listing)
    {
        var server = listing.Server;
        var changed = string.Join(", ", listing.ChangedAgents ?? []);
        var state = (IsOnline: listing.Failure is null, Changed: changed);
        var isKnown = _states.TryGetValue(server.Url, out (bool IsOnline, string Changed) before);
        if (isKnown && before == state)
        {
            return;
        }

        Interlocked.Increment(ref _version);
        _states.Set(server.Url, state, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
        if (changed is not "" && before.Changed != changed)
        {
            audit.Record(new("change", Caller: null, server.Name, $"agents are described otherwise than when it was connected, {changed}"));
        }

        if (isKnown && before.IsOnline == state.IsOnline)
        {
            return;
        }

        if (listing.Failure is { } failure)
        {
            LogOffline(server.Name, server.Url.Authority, failure.Message);
        }
        else
        {
            LogOnline(server.Name, server.Url.Authority, server.Type, listing.Agents.Count);
        }
    }

    public void Dispose() => _states.Dispose();

    [LoggerMessage(LogLevel.Information, "Agent server {ServerName} at {Address} is online: type {ServerType}, {AgentCount} agents.")]
    private partial void LogOnline(string serverName, string address, string? serverType, int agentCount);

    [LoggerMessage(LogLevel.Warning, "Can't use {ServerName} at {Address}: {Reason}")]
    private partial void LogOffline(string serverName, string address, string reason);

    [LoggerMessage(LogLevel.Information, "No agent server is set. Set AGENT_SERVERS to their base URLs, or have a client call connectServer.")]
    public partial void LogNoServers();

    /// <summary>Something that is no failure of the server went wrong while it was asked.</summary>
    [LoggerMessage(LogLevel.Error, "Agent server {ServerName} could not be asked.")]
    public partial void LogFailure(string serverName, Exception exception);
}
