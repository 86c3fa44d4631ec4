using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>Speaks to Mastra servers, 0.10 as well as 1.x: what they answer tells enough, so nothing here asks for their version.</summary>
internal sealed class MastraDialect(AgentHttpClient http, TimeProvider time) : IAgentDialect
{
    private readonly MastraAgentCache _known = new(time);

    public string ServerType => "mastra";

    public IReadOnlyList<string> ConversationOptions => MastraRequest.ConversationOptions;

    public async Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken)
    {
        // Servers since 1.0 leave the schemas of the tools out when asked for the short form; older ones do not care.
        using var list = http.OpenList(server, cancellationToken);
        var listed = await http.ReadAsync(list, ServerRequest.Get("api/agents?partial=true"), MastraJsonContext.Default.MastraAgentList);
        if (!listed.Values.All(agent => agent is { LooksLikeAgent: true }))
        {
            throw MastraErrors.NotMastra(server);
        }

        if (listed.Count > AgentListing.MaxAgents)
        {
            throw AgentErrors.TooManyAgents(server, AgentListing.MaxAgents);
        }

        var agents = new List<Agent>(listed.Count);
        foreach (var (id, agent) in listed.Where(agent => Agent.IsUsable(agent.Key)))
        {
            _known.Learn(server, id, agent!.IsLegacy, agent.HasGuard);
            agents.Add(Agent.Of(id, agent.Name, agent.Description));
        }

        return agents;
    }

    public async Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetAsync(
                server, ServerRequest.Get(Path(server, agentId)), MastraJsonContext.Default.JsonObject, caller, cancellationToken);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
        {
            throw AgentCatalog.NoSuchAgent(server, agentId, exception);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.AgentFailed)
        {
            // This is what 0.10 answers for an agent it does not have.
            var agents = await ListAgentsAsync(server, cancellationToken);

            throw agents.Any(agent => agent.Id == agentId) ? exception : AgentCatalog.NoSuchAgent(server, agentId, exception);
        }
    }

    public async IAsyncEnumerable<AgentUpdate> CallAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var thread = MastraThread.Parse(call.ThreadId);
        call = call with { ThreadId = thread.Id };
        if (call.Resume is not null)
        {
            await foreach (var update in ResumeAsync(server, call, thread, cancellationToken))
            {
                yield return update;
            }

            yield break;
        }

        var streams = call.InteractionType is InteractionType.Stream
            || (call.WantsText && !MastraRequest.NeedsWholeAnswer(call) && !await HasGuardAsync(server, call, cancellationToken));
        using var response = await OpenAsync(server, call, streams ? "stream" : "generate", cancellationToken);
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

    /// <summary>Answers what a run waits for, and reads on.</summary>
    private async IAsyncEnumerable<AgentUpdate> ResumeAsync(
        AgentServer server, AgentCall call, MastraThread thread, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync();
        yield return new(ThreadId: call.ThreadId);

        await foreach (var update in new MastraStream(server, call, response).ReadAsync(cancellationToken))
        {
            yield return update;
        }

        async Task<AgentResponse> SendAsync()
        {
            var body = MastraRequest.Resume(call, thread.RunId is null ? throw AgentErrors.NoQuestion(server) : thread);
            try
            {
                return await this.SendAsync(server, call, "resume-stream", body, cancellationToken);
            }
            catch (ProxyException exception)
            {
                throw MastraErrors.Explain(server, call, exception);
            }
        }
    }

    /// <returns>Whether its makers have its answer read, changed or stopped before it is given. A stream has told it by then.</returns>
    private async ValueTask<bool> HasGuardAsync(AgentServer server, AgentCall call, CancellationToken cancellationToken)
    {
        var agentId = call.AgentId;
        if (_known.HasGuard(server, agentId) is { } known)
        {
            return known;
        }

        try
        {
            var request = ServerRequest.Get(Path(server, agentId));
            var agent = await http.GetAsync(server, request, MastraJsonContext.Default.MastraAgent, call.Caller, cancellationToken);
            _known.Learn(server, agentId, agent.IsLegacy || _known.IsLegacy(server, agentId), agent.HasGuard);

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
        var isLegacy = _known.IsLegacy(server, call.AgentId);
        try
        {
            try
            {
                return await SendAsync(server, call, verb, isLegacy, cancellationToken);
            }
            catch (ProxyException exception) when (MastraErrors.IsWrongEndpoint(exception, verb))
            {
                var response = await SendAsync(server, call, verb, !isLegacy, cancellationToken);
                _known.Learn(server, call.AgentId, !isLegacy, _known.HasGuard(server, call.AgentId));

                return response;
            }
        }
        catch (ProxyException exception)
        {
            throw MastraErrors.Explain(server, call, exception);
        }
    }

    private Task<AgentResponse> SendAsync(AgentServer server, AgentCall call, string verb, bool isLegacy, CancellationToken cancellationToken)
        => SendAsync(server, call, $"{verb}{(isLegacy ? "-legacy" : "")}", MastraRequest.Body(call), cancellationToken);

    private Task<AgentResponse> SendAsync(AgentServer server, AgentCall call, string verb, JsonObject body, CancellationToken cancellationToken)
        => http.CallAsync(
            server, ServerRequest.Post($"{Path(server, call.AgentId)}/{verb}", body), call.Caller, call.Hops + 1, call.Memory, cancellationToken);

    private static string Path(AgentServer server, string agentId)
        => Agent.IsUsable(agentId) ? $"api/agents/{Uri.EscapeDataString(agentId)}" : throw AgentCatalog.NoSuchAgent(server, agentId);
}
