using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Outbound;
using McpProxy.Api.Text;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>Speaks to Mastra servers, 0.10 as well as 1.x: what they answer tells enough, so nothing here asks for their version.</summary>
internal sealed class MastraDialect(AgentHttpClient http, ReadPipeline reads, TimeProvider time) : IAgentDialect
{
    private const int MaxAgentId = 256;
    private const int MaxName = 200;
    private const int MaxDescription = 2000;

    private readonly MastraLegacyAgents _legacyAgents = new();
    private readonly MastraGuards _guards = new(time);

    public string ServerType => "mastra";

    public async Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken)
    {
        // Servers since 1.0 leave the schemas of the tools out when asked for the short form; older ones do not care.
        using var list = http.OpenList();
        var listed = await http.ListAsync(server, "api/agents?partial=true", null, MastraJsonContext.Default.MastraAgentList, list, cancellationToken);
        if (listed.Count is 0)
        {
            throw MastraErrors.NoAgents(server);
        }

        if (!listed.Values.All(agent => agent is { LooksLikeAgent: true }))
        {
            throw MastraErrors.NotMastra(server);
        }

        if (listed.Count > AgentListing.MaxAgents)
        {
            throw AgentErrors.TooManyAgents(server, AgentListing.MaxAgents);
        }

        var agents = new List<Agent>(listed.Count);
        foreach (var (id, agent) in listed.Where(agent => IsUsable(agent.Key)))
        {
            _legacyAgents.Learn(server, id, agent!.IsLegacy);
            _guards.Learn(server, id, agent.HasGuard);
            agents.Add(new(id, RemoteText.Clean(agent.Name, MaxName) ?? id, RemoteText.Clean(agent.Description, MaxDescription)));
        }

        return agents;
    }

    public async Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, CancellationToken cancellationToken)
    {
        try
        {
            var agent = await http.GetAsync(server, Path(server, agentId), MastraJsonContext.Default.JsonObject, cancellationToken);
            agent.Remove("id");
            agent.Insert(0, "id", agentId);

            return agent;
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
        {
            throw AgentErrors.NoSuchAgent(server, agentId, exception);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.AgentFailed)
        {
            // This is what 0.10 answers for an agent it does not have.
            var agents = await ListAgentsAsync(server, cancellationToken);

            throw agents.Any(agent => agent.Id == agentId) ? exception : AgentErrors.NoSuchAgent(server, agentId, exception);
        }
    }

    public async IAsyncEnumerable<AgentUpdate> CallAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var streams = call.InteractionType is InteractionType.Stream || (call.WantsWords && await MayTellWordsAsync(server, call, cancellationToken));
        await using var response = await OpenAsync(server, call, streams ? "stream" : "generate", cancellationToken);
        yield return new(ThreadId: call.ThreadId);

        if (!streams)
        {
            yield return new(Reply: MastraReply.Read(server, call, await response.ReadAsync(MastraJsonContext.Default.JsonElement, cancellationToken)));
            yield break;
        }

        await foreach (var update in new MastraStream(server, call, response).ReadAsync(cancellationToken))
        {
            yield return update;
        }
    }

    /// <returns>Whether a stream tells all that <c>generate</c> would, and nothing that it would not.</returns>
    private async ValueTask<bool> MayTellWordsAsync(AgentServer server, AgentCall call, CancellationToken cancellationToken)
    {
        if (MastraRequest.NeedsWholeAnswer(call))
        {
            return false;
        }

        if (_guards.Find(server, call.AgentId) is not { } hasGuard)
        {
            hasGuard = await HasGuardAsync(server, call.AgentId, cancellationToken);
        }

        return !hasGuard;
    }

    private async Task<bool> HasGuardAsync(AgentServer server, string agentId, CancellationToken cancellationToken)
    {
        try
        {
            var agent = await reads.ReadAsync(
                server, listing: false, token => http.GetAsync(server, Path(server, agentId), MastraJsonContext.Default.MastraAgent, token), cancellationToken);
            _guards.Learn(server, agentId, agent.HasGuard);

            return agent.HasGuard;
        }
        catch (ProxyException)
        {
            // The call itself will say what is wrong, and until then nothing is told.
            return true;
        }
    }

    /// <summary>Calls an agent on the endpoint for its model. A server refuses the wrong one before the agent runs, and the right one is remembered.</summary>
    private async Task<AgentResponse> OpenAsync(AgentServer server, AgentCall call, string verb, CancellationToken cancellationToken)
    {
        var isLegacy = _legacyAgents.Contains(server, call.AgentId);
        try
        {
            try
            {
                return await SendAsync(server, call, verb, isLegacy, cancellationToken);
            }
            catch (ProxyException exception) when (MastraErrors.IsWrongEndpoint(exception, verb))
            {
                var response = await SendAsync(server, call, verb, !isLegacy, cancellationToken);
                _legacyAgents.Learn(server, call.AgentId, !isLegacy);

                return response;
            }
        }
        catch (ProxyException exception)
        {
            throw MastraErrors.Explain(server, call, exception);
        }
    }

    private Task<AgentResponse> SendAsync(AgentServer server, AgentCall call, string verb, bool isLegacy, CancellationToken cancellationToken)
        => http.CallAsync(server, $"{Path(server, call.AgentId)}/{verb}{(isLegacy ? "-legacy" : "")}", MastraRequest.Body(call), call, cancellationToken);

    private static string Path(AgentServer server, string agentId)
        => IsUsable(agentId) ? $"api/agents/{Uri.EscapeDataString(agentId)}" : throw AgentErrors.NoSuchAgent(server, agentId);

    /// <returns>Whether the id is fit to be shown, and stays one segment of a path.</returns>
    private static bool IsUsable(string agentId) => agentId is not ("" or "." or "..") && RemoteText.Clean(agentId, MaxAgentId) == agentId;
}
