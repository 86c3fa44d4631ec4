using System.Collections.Concurrent;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>Finds the cards of agents, and remembers for a while where they say that their agents are called.</summary>
internal sealed class A2ACards(AgentHttpClient http, ConnectionOptions options, ServerUrlPolicy policy, TimeProvider time)
{
    private const int Limit = 10_000;
    private const int AtOnce = 8;

    private static readonly TimeSpan _maxAge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(ServerUrl Server, string AgentId), Entry> _known = new();

    /// <summary>Reads the one card that the server shows, or those of the agents that it is there for, which then go by the ids it was asked with.</summary>
    public async Task<IReadOnlyList<Agent>> ListAsync(AgentServer server, CancellationToken cancellationToken)
    {
        using var list = http.OpenList(server, cancellationToken);
        if (server.Agents is not { } ids || IsCard(server))
        {
            var (card, place) = await FindAsync(server, null, request => http.ReadAsync(list, request, A2AJsonContext.Default.A2ACard));
            var agent = card.ToAgent();
            Learn(server, agent.Id, card, place);

            return [agent];
        }

        var found = new List<Agent>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            found.AddRange((await Task.WhenAll(some.Select(id => ReadAsync(server, list, id)))).OfType<Agent>());
        }

        return found;
    }

    /// <summary>Where and how an agent is called.</summary>
    /// <exception cref="ProxyException">Its card can't be read, there is no such agent, or it may not or can't be called.</exception>
    public async Task<A2AAgent> FindAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((server.Url, agentId), out var known) && time.GetElapsedTime(known.LearnedAt) < _maxAge)
        {
            return ToAgent(server, agentId, known.Card, known.Place);
        }

        var (card, place) = await ReadAsync(
            server, agentId, request => http.GetAsync(server, request, A2AJsonContext.Default.A2ACard, caller, cancellationToken));
        Learn(server, agentId, card, place);

        return ToAgent(server, agentId, card, place);
    }

    /// <summary>Reads a card again, in a form of one's own.</summary>
    /// <exception cref="ProxyException">It can't be read, or there is no such agent.</exception>
    public static async Task<(A2ACard Card, string Place)> ReadAsync(AgentServer server, string agentId, Func<ServerRequest, Task<A2ACard>> read)
    {
        var isNamed = server.Agents is not null && !IsCard(server);
        try
        {
            var found = await FindAsync(server, isNamed ? agentId : null, read);

            return isNamed || found.Card.ToAgent().Id == agentId ? found : throw AgentCatalog.NoSuchAgent(server, agentId);
        }
        catch (ProxyException exception) when (isNamed && exception.Kind is ErrorKind.NotFound)
        {
            throw AgentCatalog.NoSuchAgent(server, agentId, exception);
        }
    }

    private async Task<Agent?> ReadAsync(AgentServer server, AgentReading list, string id)
    {
        try
        {
            var (card, place) = await FindAsync(server, id, request => http.ReadAsync(list, request, A2AJsonContext.Default.A2ACard));
            Learn(server, id, card, place);

            return card.ToAgent(id);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
        {
            return null;
        }
    }

    private static async Task<(A2ACard Card, string Place)> FindAsync(AgentServer server, string? agentId, Func<ServerRequest, Task<A2ACard>> read)
    {
        ProxyException? failure = null;
        foreach (var place in Places(server, agentId))
        {
            try
            {
                var card = await read(ServerRequest.Get(place) with { Headers = A2AAgent.NewestVersion });

                return card.LooksLikeCard ? (card, place) : throw A2AErrors.NotA2A(server);
            }
            catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound or ErrorKind.Rejected)
            {
                failure ??= exception;
            }
        }

        throw failure!.Kind is ErrorKind.NotFound ? A2AErrors.NoCard(server, failure) : failure;
    }

    /// <remarks>
    /// The card of a whole host is taken for that of a server below a path only if the server is known to be one of these: other servers there need not
    /// have anything to do with it.
    /// </remarks>
    private static IEnumerable<string> Places(AgentServer server, string? agentId)
    {
        const string New = ".well-known/agent-card.json", Old = ".well-known/agent.json";
        var path = server.Url.Root.AbsolutePath.TrimEnd('/');

        return IsCard(server) ? [path]
            : agentId is not null ? [$".well-known/{Uri.EscapeDataString(agentId)}/agent-card.json", $"{New}?assistant_id={Uri.EscapeDataString(agentId)}"]
            : path is "" || server.Type is null ? [New, Old]
            : [New, $"/{New}", Old, $"/{Old}"];
    }

    private static bool IsCard(AgentServer server) => server.Url.Root.AbsolutePath.EndsWith(".json/", StringComparison.OrdinalIgnoreCase);

    private void Learn(AgentServer server, string agentId, A2ACard card, string place)
    {
        // Forgetting costs one more request for each agent that is called again.
        if (_known.Count >= Limit)
        {
            _known.Clear();
        }

        // Of the rest, which may be long, nothing is needed to call the agent.
        _known[(server.Url, agentId)] = new(card with { Description = null }, place, time.GetTimestamp());
    }

    private A2AAgent ToAgent(AgentServer server, string agentId, A2ACard card, string place)
    {
        if (card.RequiredExtensions.FirstOrDefault() is { } extension)
        {
            throw A2AErrors.NotCallable(server, agentId, $"its card asks for the extension '{extension}', which the proxy does not know. Use another agent.");
        }

        if (card.Preferred is not { } chosen)
        {
            var offered = string.Join(", ", card.Interfaces.Take(5).Select(known => $"'{known}'"));

            throw A2AErrors.NotCallable(
                server, agentId, $"it speaks {offered}, and the proxy only JSONRPC and HTTP+JSON of the versions 0.3 and 1. Use another agent.");
        }

        var (at, url) = Locate(server, agentId, new(server.Url.Root, place), chosen.Url!);

        return new(at, url, chosen, card.Capabilities?.Streaming is true, card.Credentials);
    }

    /// <summary>Takes no URL of a card that could not be connected, and at another origin shows no credentials of this one.</summary>
    private (AgentServer Server, Uri Url) Locate(AgentServer server, string agentId, Uri card, string text)
    {
        ServerUrl? at = null;
        var problem = !Uri.TryCreate(card, text, out var url) ? "it is no URL" : ServerUrl.Check(url.GetLeftPart(UriPartial.Path), out at);
        if (problem is null && url!.AbsolutePath.StartsWith("//", StringComparison.Ordinal))
        {
            problem = "its path begins with two slashes";
        }

        if (problem is null && !IsSameOrigin(at!, server.Url))
        {
            problem = options.DynamicConnections || options.StaticServers.Any(known => IsSameOrigin(known.Url, at!)) ? policy.Problem(at!)
                : "it is on another server, which is none of AGENT_SERVERS (MCP_DYNAMIC_CONNECTIONS=false)";
            server = server.At(at!);
        }

        return problem is null ? (server, url!) : throw A2AErrors.NotCallable(
            server, agentId, $"its card says that it is at '{RemoteText.Clean(text, 200)}', and {problem.TrimEnd('.')}.");
    }

    private static bool IsSameOrigin(ServerUrl one, ServerUrl other)
        => Uri.Compare(one.Root, other.Root, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) is 0;

    private sealed record Entry(A2ACard Card, string Place, long LearnedAt);
}
