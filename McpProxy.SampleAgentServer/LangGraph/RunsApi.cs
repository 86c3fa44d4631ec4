using System.Net.ServerSentEvents;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>Starts runs of a graph, by themselves or on a thread, and waits for them or streams them.</summary>
internal static class RunsApi
{
    private static readonly string[] _knownModes = ["values", "messages-tuple"];

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        foreach (var place in new[] { "/runs", "/threads/{threadId}/runs" })
        {
            routes.MapPost($"{place}/wait", WaitAsync);
            routes.MapPost($"{place}/stream", StreamAsync);
        }
    }

    private static async Task<IResult> WaitAsync(
        HttpContext context, SampleAgents agents, RecentThreads<LangGraphThread> threads, CancellationToken cancellationToken)
    {
        var run = await StartAsync(context, agents, threads, cancellationToken);
        await run.Ended.WaitAsync(cancellationToken);

        return Results.Text(JsonSerializer.Serialize(run.Result, LangGraphJson.Options));
    }

    private static async Task<IResult> StreamAsync(
        HttpContext context, SampleAgents agents, RecentThreads<LangGraphThread> threads, CancellationToken cancellationToken)
    {
        var events = (await StartAsync(context, agents, threads, cancellationToken)).ReadAsync(cancellationToken);

        // Only the events of a run on a thread have ids.
        return TypedResults.ServerSentEvents(ThreadId(context) is null ? events.Select(item => new SseItem<string>(item.Data, item.EventType)) : events);
    }

    private static async Task<LangGraphRun> StartAsync(
        HttpContext context, SampleAgents agents, RecentThreads<LangGraphThread> threads, CancellationToken cancellationToken)
    {
        var threadId = ThreadId(context) is { } given ? LangGraphRequests.ReadThreadId(given) : (Guid?)null;
        var request = await LangGraphRequests.ReadAsync<RunRequest>(context.Request, cancellationToken);
        var assistantId = request.AssistantId ?? throw LangGraphRequests.Invalid("invalid_type", "Required", "assistant_id");
        if (request.StreamModes.Except(_knownModes).Any())
        {
            throw LangGraphRequests.Invalid("invalid_enum_value", $"Expected {string.Join(" or ", _knownModes)}", "stream_mode");
        }

        var assistant = AssistantsApi.Find(assistantId)
            ?? throw LangGraphRequests.Refused(
                404, $"No assistant found for \"{assistantId}\". Make sure the assistant ID is for a valid assistant or a valid graph ID.");
        var run = Start(agents, assistant, request, FindThread(threadId, request, threads));
        context.Response.Headers.ContentLocation = threadId is null ? $"/runs/{run.Id}" : $"/threads/{threadId}/runs/{run.Id}";

        return run;
    }

    private static LangGraphRun Start(SampleAgents agents, Assistant assistant, RunRequest request, LangGraphThread? thread)
    {
        var run = thread is null
            ? null
            : new LangGraphRun(new(agents, SampleAgents.Find(assistant.GraphId)!, assistant, thread), request, thread);
        if (run is null || !thread!.TryAdd(run))
        {
            // The real server says the same of a thread that it doesn't know.
            throw LangGraphRequests.Refused(422, "Thread is already running a task. Wait for it to finish or choose a different multitask strategy.");
        }

        run.Start();

        return run;
    }

    private static LangGraphThread? FindThread(Guid? id, RunRequest request, RecentThreads<LangGraphThread> threads) => id switch
    {
        null => new(Guid.NewGuid()),
        { } known when request.IfNotExists is "create" => threads.GetOrAdd(known.ToString(), new(known, request.Metadata)),
        { } known => threads.Find(known.ToString()),
    };

    private static string? ThreadId(HttpContext context) => context.Request.RouteValues["threadId"] as string;
}
