using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>Speaks to LangGraph servers, where an agent is an assistant: a graph and how it is configured.</summary>
internal sealed class LangGraphDialect(AgentHttpClient http, OutboundOptions options, ILogger<LangGraphDialect> logger)
    : IAgentDialect, IResumableRuns
{
    public const string Type = "langgraph";

    private const int PageSize = 100;

    public string ServerType => Type;

    public async Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken)
    {
        using var list = http.OpenList(server, cancellationToken);
        var assistants = new List<LangGraphAssistant?>();
        LangGraphAssistant?[] page;
        do
        {
            var query = new JsonObject { ["limit"] = PageSize, ["offset"] = assistants.Count };
            page = await http.ReadAsync(list, ServerRequest.Post("assistants/search", query), LangGraphJsonContext.Default.LangGraphAssistantArray);
            assistants.AddRange(page);
            if (assistants.Count > AgentListing.MaxAgents)
            {
                throw AgentErrors.TooManyAgents(server, AgentListing.MaxAgents);
            }
        }
        while (page.Length >= PageSize);

        // An assistant that is made between two pages moves the others along, so that one of them comes twice.
        var agents = assistants.OfType<LangGraphAssistant>().Select(assistant => assistant.ToAgent());

        return [.. agents.Where(agent => Agent.IsUsable(agent.Id)).DistinctBy(agent => agent.Id)];
    }

    public async Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        if (!Agent.IsUsable(agentId))
        {
            throw AgentCatalog.NoSuchAgent(server, agentId);
        }

        var path = $"assistants/{Uri.EscapeDataString(agentId)}";
        try
        {
            var details = await http.GetAsync(server, ServerRequest.Get(path), LangGraphJsonContext.Default.JsonObject, caller, cancellationToken);
            if (await LangGraphSchemas.ReadAsync(http, server, path, caller, cancellationToken) is { } schemas)
            {
                details["schemas"] = schemas;
            }

            return details;
        }
        catch (ProxyException exception) when (exception.Status is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity)
        {
            throw AgentCatalog.NoSuchAgent(server, agentId, exception);
        }
    }

    public async IAsyncEnumerable<AgentUpdate> CallAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (call is { Resume: not null, ThreadId: null })
        {
            throw LangGraphErrors.NoThreadToResume(server);
        }

        // Only on a thread can a run be joined again and cancelled.
        var threadId = call.ThreadId is null ? Guid.NewGuid() : ReadThreadId(server, call.ThreadId);
        var runs = new LangGraphRuns(http, server, call.Caller, logger);
        await using var run = new LangGraphOpenRun(runs, call, threadId);
        await run.StartAsync(cancellationToken);
        await foreach (var update in FollowAsync(runs, call, threadId, run, cancellationToken))
        {
            yield return update;
        }
    }

    public async IAsyncEnumerable<AgentUpdate> JoinAsync(
        AgentServer server, AgentCall call, string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var joined = LangGraphRunId.Parse(run) ?? throw AgentErrors.NoRun(server);
        var runs = new LangGraphRuns(http, server, call.Caller, logger);
        await using var open = new LangGraphOpenRun(runs, call, joined.ThreadId, joined);
        await foreach (var update in FollowAsync(runs, call, joined.ThreadId, open, cancellationToken))
        {
            yield return update;
        }
    }

    private async IAsyncEnumerable<AgentUpdate> FollowAsync(
        LangGraphRuns runs, AgentCall call, Guid threadId, LangGraphOpenRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ThreadId: call.ThreadId, Run: run.Id?.ToString());

        var stream = new LangGraphStream(runs.Server, call, options.MaxResponseBytes);
        await foreach (var update in new LangGraphFollower(runs, call, run.Id, stream).FollowAsync(run.Response, cancellationToken))
        {
            yield return update;
        }

        run.IsOver = true;
        if (stream is { Error: null, State: null, HasWords: false } && run.Id is not null)
        {
            // Its stream is gone, but its thread may still be as the run left it.
            stream.State = (await runs.ReadStateAsync(threadId, cancellationToken)).LeftBy(run.Id) ?? throw AgentErrors.Gone(runs.Server, call.AgentId);
        }

        run.KeepsThread = stream.State is { IsInterrupted: true };

        yield return stream.Finish(threadId);
    }

    private static Guid ReadThreadId(AgentServer server, string threadId)
        => Guid.TryParseExact(threadId, "D", out var id) ? id : throw LangGraphErrors.NoThreadId(server, threadId);
}
