using System.Net;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>
/// The agents of a server: the entities of the Microsoft Agent Framework, or what it lists as models, or those that whoever connected it has named where it
/// lists nothing.
/// </summary>
internal sealed class OpenAIAgents(AgentHttpClient http, OpenAIServers servers)
{
    private const string Entities = "v1/entities";

    /// <returns>Where something is: some URLs end with the version already.</returns>
    public static string Path(AgentServer server, string path) => EndsWithVersion(server) ? path : $"v1/{path}";

    public async Task<IReadOnlyList<Agent>> ListAsync(AgentServer server, CancellationToken cancellationToken)
    {
        using var list = http.OpenList(server, cancellationToken);
        var listed = (await ReadEntitiesAsync(list) ?? await ReadModelsAsync(list))?.Select(agent => agent!.ToAgent())
            ?? server.Agents!.Select(id => Agent.Of(id, null, null));
        Agent[] agents = [.. listed.Where(agent => Agent.IsUsable(agent.Id)).DistinctBy(agent => agent.Id)];

        return agents.Length > AgentListing.MaxAgents ? throw AgentErrors.TooManyAgents(server, AgentListing.MaxAgents) : agents;
    }

    public async Task<JsonObject> DescribeAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        if (!Agent.IsUsable(agentId))
        {
            throw AgentCatalog.NoSuchAgent(server, agentId);
        }

        if (await HasEntitiesAsync(server, caller, cancellationToken))
        {
            try
            {
                var path = $"{Entities}/{Uri.EscapeDataString(agentId)}/info";

                return await http.GetAsync(server, ServerRequest.Get(path), OpenAIJsonContext.Default.JsonObject, caller, cancellationToken);
            }
            catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
            {
                throw AgentCatalog.NoSuchAgent(server, agentId, exception);
            }
        }

        var details = await FindModelAsync(server, agentId, caller, cancellationToken) ?? throw AgentCatalog.NoSuchAgent(server, agentId);
        details["calledWith"] = servers.Get(server).HasOnlyChat
            ? "Chat Completions: the server keeps no conversations, so each call stands by itself."
            : "Responses, or Chat Completions where the server has only these: then each call stands by itself.";

        return details;
    }

    /// <returns>Whether the server's agents are entities. It is asked once.</returns>
    public async ValueTask<bool> HasEntitiesAsync(AgentServer server, Caller caller, CancellationToken cancellationToken)
    {
        if (servers.Get(server).HasEntities is not { } known)
        {
            using var list = http.OpenList(server, cancellationToken);
            known = await ReadEntitiesAsync(list) is not null;
        }

        return known;
    }

    private static bool EndsWithVersion(AgentServer server) => server.Url.ToString().EndsWith("/v1", StringComparison.Ordinal);

    /// <returns><see langword="null"/> if the server has none.</returns>
    private async Task<OpenAIListed?> ReadEntitiesAsync(AgentReading list)
    {
        OpenAIListed? entities = null;
        if (!EndsWithVersion(list.Server))
        {
            try
            {
                entities = (await http.ReadAsync(list, ServerRequest.Get(Entities), OpenAIJsonContext.Default.OpenAIListing)).AsEntities();
            }
            catch (ProxyException exception) when (IsElsewhere(exception))
            {
                // Not this kind of server.
            }
        }

        servers.Learn(list.Server, known => known with { HasEntities = entities is not null });

        return entities;
    }

    /// <returns><see langword="null"/> if the server lists nothing, and its agents are known all the same.</returns>
    private async Task<OpenAIListed?> ReadModelsAsync(AgentReading list)
    {
        var server = list.Server;
        try
        {
            var listing = await http.ReadAsync(list, ServerRequest.Get(Path(server, "models")), OpenAIJsonContext.Default.OpenAIListing);

            return listing.AsModels() ?? throw OpenAIErrors.NotOpenAI(server);
        }
        catch (ProxyException exception) when (IsNowhere(exception))
        {
            // While the type is a guess, anything might be there.
            return server is { Type: not null, Agents: not null } ? null : throw OpenAIErrors.NoList(server, exception);
        }
    }

    private async Task<JsonObject?> FindModelAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            var request = ServerRequest.Get(Path(server, "models"));
            var listing = await http.GetAsync(server, request, OpenAIJsonContext.Default.JsonObject, caller, cancellationToken);

            return (listing["data"] as JsonArray ?? throw OpenAIErrors.NotOpenAI(server)).OfType<JsonObject>()
                .FirstOrDefault(model => model["id"] is JsonValue value && value.TryGetValue(out string? id) && id == agentId)?.DeepClone().AsObject();
        }
        catch (ProxyException exception) when (IsNowhere(exception) && server.Agents?.Contains(agentId) is true)
        {
            return new JsonObject { ["id"] = agentId };
        }
    }

    private static bool IsNowhere(ProxyException exception)
        => exception.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;

    /// <remarks>Some servers answer with a page of theirs where there is nothing.</remarks>
    private static bool IsElsewhere(ProxyException exception) => IsNowhere(exception) || exception.Kind is ErrorKind.InvalidResponse;
}
