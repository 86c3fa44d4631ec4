using System.Runtime.CompilerServices;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.AgentTools;

/// <summary>Which agents are tools, from what is known of the servers already: nobody who lists tools waits for a server.</summary>
internal sealed class AgentToolList(ServerRegistry registry, AgentCatalog catalog, McpOptions options, IEnumerable<McpServerTool> tools)
{
    private readonly ConditionalWeakTable<AgentListing, AgentTool[]> _ofListings = [];
    private readonly Lazy<Tool> _callAgent = new(() => AgentTool.Template(tools.Single(tool => tool.ProtocolTool.Name is CallAgentTool.Name).ProtocolTool));

    /// <summary>Those of all agents that a caller may use, the servers in their order. Servers that were not asked lately are asked meanwhile.</summary>
    public async ValueTask<IReadOnlyList<AgentTool>> GetAllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var servers = await ServersAsync(registry.GetAllAsync, cancellationToken);
        foreach (var server in servers.Where(server => catalog.Fresh(server) is null))
        {
            _ = catalog.GetAsync(server, CancellationToken.None);
        }

        return Of(servers.Select(catalog.LastOnline), caller);
    }

    /// <summary>Those that a caller sees.</summary>
    public async ValueTask<IReadOnlyList<AgentTool>> GetPublishedAsync(Caller caller, CancellationToken cancellationToken)
        => [.. (await GetAllAsync(caller, cancellationToken)).Take(options.AgentToolsMax)];

    /// <returns>How many agents that a caller may use are no tool, because there are too many.</returns>
    public async ValueTask<int> CountLeftOutAsync(Caller caller, CancellationToken cancellationToken)
        => options.AgentTools ? Math.Max(0, (await GetAllAsync(caller, cancellationToken)).Count - options.AgentToolsMax) : 0;

    /// <summary>Finds a tool by its name. Where none is known, the servers are asked whose agent may have it: it may be newer.</summary>
    public async ValueTask<AgentTool?> FindAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        if (Find(await GetAllAsync(caller, cancellationToken)) is { } known)
        {
            return known;
        }

        var servers = MayHave(await ServersAsync(registry.RefreshAsync, cancellationToken), name, caller);

        return Find(Of(await Task.WhenAll(servers.Select(server => catalog.AskAsync(server, cancellationToken))), caller));

        AgentTool? Find(IEnumerable<AgentTool> among) => among.FirstOrDefault(tool => tool.Name == name);
    }

    /// <returns>Why there is no tool of that name.</returns>
    public async Task<Exception> ExplainAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var known = (await GetAllAsync(caller, cancellationToken)).Select(tool => tool.Name).Concat(tools.Select(tool => tool.ProtocolTool.Name));
        string?[] sentences =
        [
            $"Unknown tool: '{RemoteText.Clean(name, 100)}'.",
            NearMiss.Ask(name, known),
            .. MayHave(await ServersAsync(registry.GetAllAsync, cancellationToken), name, caller)
                .Select(server => catalog.LastKnown(server)?.Failure?.Message),
            "Call listAgents to see which agents there are.",
        ];

        return new McpProtocolException(string.Join(' ', sentences.OfType<string>()), McpErrorCode.InvalidParams);
    }

    /// <summary>Asks the servers that were not asked lately.</summary>
    /// <returns>The asking: each ends when its server has answered, or did not in time.</returns>
    public async Task<IReadOnlyList<Task>> AskAsync(CancellationToken cancellationToken) =>
    [
        .. (await ServersAsync(registry.GetAllAsync, cancellationToken))
            .Where(server => catalog.Fresh(server) is null)
            .Select(server => catalog.GetAsync(server, cancellationToken)),
    ];

    private static IEnumerable<AgentServer> MayHave(IEnumerable<AgentServer> servers, string name, Caller caller)
        => servers.Where(server => caller.MaySee(server.Name) && AgentToolName.MayBeOf(server, name));

    private static async ValueTask<IReadOnlyList<AgentServer>> ServersAsync(
        Func<CancellationToken, ValueTask<IReadOnlyList<AgentServer>>> get, CancellationToken cancellationToken)
    {
        try
        {
            return await get(cancellationToken);
        }
        catch (ProxyException)
        {
            // Which servers there are can't be found out now: the other tools say so when they are called.
            return [];
        }
    }

    private IReadOnlyList<AgentTool> Of(IEnumerable<AgentListing?> listings, Caller caller) =>
    [
        .. listings
            .OfType<AgentListing>()
            .SelectMany(listing => _ofListings.GetValue(listing, ToTools))
            .Where(tool => tool.IsFor(caller))
            .GroupBy(tool => tool.Name)
            // Two of one name were made to be mistaken for each other.
            .Where(tools => tools.Count() is 1)
            .SelectMany(tools => tools),
    ];

    private AgentTool[] ToTools(AgentListing listing)
        => [.. listing.Agents.OrderBy(agent => agent.Id, StringComparer.Ordinal).Select(agent => new AgentTool(listing.Server, agent, _callAgent.Value))];
}
