using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>Speaks to LangGraph servers, where an agent is an assistant: a graph and how it is configured.</summary>
internal sealed class LangGraphClient(AgentServerHttp http) : IAgentServerClient
{
    private const int PageSize = 100;
    private const int MaxAgents = 10_000;
    private const int MaxAgentId = 256;

    public string ServerType => "langgraph";

    public async Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken)
    {
        var assistants = new List<LangGraphAssistant?>();
        LangGraphAssistant?[] page;
        do
        {
            var query = new JsonObject { ["limit"] = PageSize, ["offset"] = assistants.Count };
            page = await http.QueryAsync(server, "assistants/search", query, LangGraphJsonContext.Default.LangGraphAssistantArray, cancellationToken);
            assistants.AddRange(page);
        }
        while (page.Length >= PageSize && assistants.Count < MaxAgents);

        if (assistants.Count is 0 && server.Type is null)
        {
            throw LangGraphErrors.NoAgents(server);
        }

        // An assistant that is made between two pages moves the others along, so that one of them comes twice.
        var agents = assistants.OfType<LangGraphAssistant>().Select(assistant => assistant.ToAgent());

        return [.. agents.Where(agent => IsUsable(agent.Id)).DistinctBy(agent => agent.Id)];
    }

    public async Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, CancellationToken cancellationToken)
    {
        if (!IsUsable(agentId))
        {
            throw LangGraphErrors.NoSuchAgent(server, agentId);
        }

        var path = $"assistants/{Uri.EscapeDataString(agentId)}";
        try
        {
            var details = await http.GetAsync(server, path, LangGraphJsonContext.Default.JsonObject, cancellationToken);
            details.Remove("id");
            details.Insert(0, "id", agentId);
            if (await LangGraphSchemas.ReadAsync(http, server, path, cancellationToken) is { } schemas)
            {
                details["schemas"] = schemas;
            }

            return details;
        }
        catch (AgentServerException exception) when (exception.Status is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity)
        {
            throw LangGraphErrors.NoSuchAgent(server, agentId, exception);
        }
    }

    public async IAsyncEnumerable<AgentUpdate> CallAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (call.InteractionType is InteractionType.Generate)
        {
            yield return new(Reply: await GenerateAsync(server, call, cancellationToken));
            yield break;
        }

        await foreach (var update in StreamAsync(server, call, cancellationToken))
        {
            yield return update;
        }
    }

    private async Task<AgentReply> GenerateAsync(AgentServer server, AgentCall call, CancellationToken cancellationToken)
    {
        await using var run = await RunAsync(server, call, "wait", LangGraphRun.Body(call), cancellationToken);
        var state = LangGraphState.Read(await run.Response.ReadAsync(LangGraphJsonContext.Default.JsonElement, cancellationToken));
        run.HasEnded = true;
        if (state.Error is { } error)
        {
            throw LangGraphErrors.Failed(server, call, error);
        }

        var text = state.Answer(call.ThreadId);

        return new(text, JsonSerializer.SerializeToElement(text, LangGraphJsonContext.Default.String), call.ThreadId, state.Usage);
    }

    private async IAsyncEnumerable<AgentUpdate> StreamAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var run = await RunAsync(server, call, "stream", LangGraphRun.StreamBody(call), cancellationToken);
        var stream = new LangGraphStream(server, call);
        await foreach (var update in stream.ReadAsync(await run.Response.OpenAsync(cancellationToken), cancellationToken))
        {
            run.HiddenThreadId ??= stream.ThreadId;
            yield return update;
        }

        run.HasEnded = true;
    }

    private async Task<LangGraphOpenRun> RunAsync(
        AgentServer server, AgentCall call, string verb, JsonObject body, CancellationToken cancellationToken)
    {
        var threadId = Guid.Empty;
        if (call.ThreadId is not null && !Guid.TryParseExact(call.ThreadId, "D", out threadId))
        {
            throw LangGraphErrors.NoThreadId(server, call.ThreadId);
        }

        try
        {
            var path = call.ThreadId is null ? $"runs/{verb}" : $"threads/{threadId}/runs/{verb}";

            return new(http, server, await http.CallAsync(server, path, body, call.Hops, cancellationToken));
        }
        catch (AgentServerException exception)
        {
            throw LangGraphErrors.Explain(server, call, exception);
        }
    }

    /// <returns>Whether the id is fit to be shown, and stays one segment of a path.</returns>
    private static bool IsUsable(string agentId) => agentId is not ("" or "." or "..") && RemoteText.Clean(agentId, MaxAgentId) == agentId;
}
