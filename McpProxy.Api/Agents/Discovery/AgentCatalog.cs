using McpProxy.Api.Connections;
using Microsoft.Extensions.Caching.Memory;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>Asks servers what agents they have, finds out their type on the way, and remembers both for a while.</summary>
internal sealed class AgentCatalog(
    IEnumerable<IAgentDialect> dialects,
    MemoryBudgets memory,
    AgentOptions options,
    TimeProvider time,
    AgentPins pins,
    ServerStatusLog statusLog) : IDisposable
{
    private const int MinBytes = 1000;

    private static readonly TimeSpan _maxFailureAge = TimeSpan.FromSeconds(5);

    private const int MaxNamed = 20;

    private readonly IAgentDialect[] _dialects = [.. dialects];
    private readonly DialectProbe _probe = new([.. dialects], time);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = memory.ListBytes });
    private readonly Lock _gate = new();

    /// <summary>Asks now, or joins those who are asking.</summary>
    public Task<AgentListing> AskAsync(AgentServer server, CancellationToken cancellationToken)
        => FindAsync(server, cached => !cached.Listing.IsCompleted).WaitAsync(cancellationToken);

    /// <summary>What the server said lately; asks if that is too long ago.</summary>
    public Task<AgentListing> GetAsync(AgentServer server, CancellationToken cancellationToken)
        => FindAsync(server, IsFresh).WaitAsync(cancellationToken);

    /// <returns>What the server said lately, or <see langword="null"/> if it has to be asked or waited for.</returns>
    public AgentListing? Fresh(AgentServer server)
        => _cache.TryGetValue(server.Url, out CachedListing? cached)
            && cached is { Listing: { IsCompletedSuccessfully: true, Result: var listing } }
            && IsFresh(cached)
            && cached.MayAnswer(server)
            ? listing.For(server)
            : null;

    /// <returns>The dialect for a type that was found out, here or by whoever connected the server.</returns>
    public IAgentDialect DialectFor(AgentServer server) => Array.Find(_dialects, dialect => dialect.ServerType == server.Type)
        ?? throw new ProxyException(
            ErrorKind.InvalidArgument, $"{server.Subject} is of type '{server.Type}', which this version of the proxy does not speak.");

    /// <summary>Finds out a server's type, asking it only if nobody has yet, or if its agents must be as they were.</summary>
    /// <exception cref="ProxyException">The server does not say, or its agents are not as they were.</exception>
    public async ValueTask<AgentServer> IdentifyAsync(AgentServer server, CancellationToken cancellationToken)
    {
        var type = server.Type ?? KnownType(server.Url);
        if (type is null || options.PinAgents)
        {
            var listing = await GetAsync(server, cancellationToken);
            if (listing.Failure is not null && (type is null || listing.ChangedAgents is not null))
            {
                throw listing.Failure;
            }

            type ??= listing.Server.Type;
        }

        return server with { Type = type };
    }

    /// <summary>Asks now, and takes what the server says of its agents for right, whatever it said before.</summary>
    public async Task<AgentListing> TrustAsync(AgentServer server, CancellationToken cancellationToken)
    {
        await pins.ForgetAsync(server.Url);

        return await AskAsync(server, cancellationToken);
    }

    /// <returns>What the server said before it was asked what it is asked now, or <see langword="null"/> if it never said anything.</returns>
    public AgentListing? LastKnown(AgentServer server) => _cache.TryGetValue(server.Url, out CachedListing? cached) && cached!.LastKnown is { } heard
        ? heard.For(server)
        : null;

    /// <returns>What the server said when it last said what agents it has: one that can't be asked now may have them still.</returns>
    public AgentListing? LastOnline(AgentServer server)
        => _cache.TryGetValue(server.Url, out CachedListing? cached) && cached!.IsFor(server) ? cached.LastOnline?.For(server) : null;

    public static ProxyException NoSuchAgent(AgentServer server, string agentId, ProxyException? exception = null) => new(
        ErrorKind.AgentNotFound, $"{server.Subject} has no agent '{RemoteText.Clean(agentId, 100)}'.", exception)
    { Detail = exception?.Detail };

    /// <returns>That the server has no such agent, with those that the caller may use.</returns>
    public async Task<ProxyException> ExplainAsync(
        AgentServer server, string agentId, Caller caller, ProxyException exception, CancellationToken cancellationToken)
    {
        var listing = (await GetAsync(server, cancellationToken)).VisibleTo(caller);
        string[] ids = [.. listing?.Agents.Select(agent => agent.Id) ?? []];
        string?[] sentences =
        [
            exception.Message,
            NearMiss.Ask(agentId, ids),
            ids switch
            {
                [] => "Call listAgents to see what there is.",
                { Length: > MaxNamed } => $"It has {ids.Length}, such as {Quote(ids.Take(MaxNamed))}.",
                _ => $"It has {Quote(ids)}.",
            },
        ];

        return new(exception.Kind, string.Join(' ', sentences.OfType<string>()), exception) { Detail = exception.Detail };

        static string Quote(IEnumerable<string> ids) => string.Join(", ", ids.Select(id => $"'{id}'"));
    }

    public void Dispose() => _cache.Dispose();

    private bool IsFresh(CachedListing cached)
    {
        var maxAge = TimeSpan.FromSeconds(options.AgentCacheSeconds);
        if (cached.Listing is { IsCompletedSuccessfully: true, Result.Failure: not null } && maxAge > _maxFailureAge)
        {
            maxAge = _maxFailureAge;
        }

        return !cached.Listing.IsCompleted || time.GetElapsedTime(cached.Started) < maxAge;
    }

    private async Task<AgentListing> FindAsync(AgentServer server, Func<CachedListing, bool> isGoodEnough)
    {
        CachedListing cached;
        lock (_gate)
        {
            if (!_cache.TryGetValue(server.Url, out cached!) || !isGoodEnough(cached) || !cached.MayAnswer(server))
            {
                // Shared by all who ask meanwhile, so no single one of them may cancel it; its deadline ends it.
                var typed = server with { Type = server.Type ?? cached?.Type };
                var asking = Task.Run(() => InquireAsync(typed));
                var before = cached?.IsFor(server) is true ? cached : null;
                cached = new(server, asking, time.GetTimestamp()) { Type = typed.Type, Before = before?.LastKnown, BeforeSilence = before?.LastOnline };
                Remember(server.Url, cached, MinBytes);
            }
        }

        var found = await cached.Listing;
        // Another server may listen there now: next time it is asked in all dialects.
        cached.Type = found.Failure?.Kind is ErrorKind.InvalidResponse or ErrorKind.NotFound ? null : found.Server.Type;
        cached.Before = null;
        cached.BeforeSilence = found.IsSilent ? cached.BeforeSilence : null;
        lock (_gate)
        {
            if (!cached.IsMeasured && _cache.TryGetValue(server.Url, out CachedListing? latest) && latest == cached)
            {
                cached.IsMeasured = true;
                Remember(server.Url, cached, MinBytes + found.Bytes + (cached.BeforeSilence?.Bytes ?? 0));
            }
        }

        return found.For(server);
    }

    private void Remember(ServerUrl url, CachedListing cached, long bytes)
        => _cache.Set(url, cached, new MemoryCacheEntryOptions { Size = bytes, SlidingExpiration = TimeSpan.FromHours(1) });

    private string? KnownType(ServerUrl url) => _cache.TryGetValue(url, out CachedListing? cached) ? cached?.Type : null;

    private async Task<AgentListing> InquireAsync(AgentServer server)
    {
        using var discovery = AgentTelemetry.StartDiscovery(server);
        AgentListing found;
        try
        {
            var listed = server.Type is null
                ? await _probe.AskAsync(server)
                : new(server, await DialectFor(server).ListAgentsAsync(server, CancellationToken.None));
            found = await pins.CheckAsync(new(listed.Server, [.. listed.Agents.Where(agent => server.Offers(agent.Id))]));
        }
        catch (ProxyException exception)
        {
            found = new(server, [], exception);
        }
        catch (Exception exception)
        {
            // Whatever it is, the other servers can still be listed.
            statusLog.LogFailure(server.Name, exception);
            found = new(server, [], new(ErrorKind.AgentFailed, $"{server.Subject} could not be asked. The proxy's log says more.", exception));
        }

        statusLog.LogChange(found);
        discovery.Record(found);

        return found;
    }

    private sealed record CachedListing(AgentServer Asked, Task<AgentListing> Listing, long Started)
    {
        public string? Type { get; set; }

        /// <summary>What the server said before, until it has said something new.</summary>
        public AgentListing? Before { get; set; }

        /// <summary>What the server said before asking it failed, while it does.</summary>
        public AgentListing? BeforeSilence { get; set; }

        public AgentListing? LastOnline => LastKnown is { IsSilent: false } heard ? heard : BeforeSilence;

        public AgentListing? LastKnown => Listing.IsCompletedSuccessfully ? Listing.Result : Before;

        /// <summary>Whether it counts for what it takes, and not for what the least takes.</summary>
        public bool IsMeasured { get; set; }

        /// <returns>Whether it is of the agents that the server is there for.</returns>
        public bool IsFor(AgentServer server)
            => Asked.Agents is null ? server.Agents is null : server.Agents is { } agents && Asked.Agents.SequenceEqual(agents);

        /// <returns>Whether nothing in it calls the server by another name, as a failure does, and it was asked as what it is.</returns>
        public bool MayAnswer(AgentServer server)
            => (server.Type is null || server.Type == (Listing.IsCompletedSuccessfully ? Listing.Result.Server.Type : Type))
                && IsFor(server)
                && (Asked.Name == server.Name || Listing is { IsCompletedSuccessfully: true, Result.Failure: null });
    }
}
