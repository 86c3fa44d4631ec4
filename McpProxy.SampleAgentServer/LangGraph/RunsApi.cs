using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>Runs of a graph, by themselves or on a thread, waited for or streamed.</summary>
internal static class RunsApi
{
    private static readonly string[] KnownModes = ["values", "messages-tuple"];

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
        var (run, request) = await StartAsync(context, agents, threads, cancellationToken);
        await foreach (var _ in run.ExecuteAsync(request.Input, cancellationToken))
        {
        }

        // A failed run answers 200 too, and its error is JSON inside a string.
        object state = run.Error is { } error
            ? new FailedState(new("Error", JsonSerializer.Serialize(error, LangGraphJson.Compact)))
            : run.Values;

        return Results.Text(JsonSerializer.Serialize(state, LangGraphJson.Options));
    }

    private static async Task<IResult> StreamAsync(
        HttpContext context, SampleAgents agents, RecentThreads<LangGraphThread> threads, CancellationToken cancellationToken)
    {
        var (run, request) = await StartAsync(context, agents, threads, cancellationToken);

        // Only the events of a run on a thread have ids.
        return TypedResults.ServerSentEvents(WriteAsync(run, request, numbered: ThreadId(context) is not null, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<string>> WriteAsync(
        LangGraphRun run, RunRequest request, bool numbered, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var modes = request.StreamModes;
        var number = 0;
        await foreach (var happened in run.ExecuteAsync(request.Input, cancellationToken))
        {
            if (happened.Mode is null || modes.Contains(happened.Mode))
            {
                yield return new(JsonSerializer.Serialize(happened.Data, LangGraphJson.Options), happened.Type)
                {
                    EventId = numbered ? number++.ToString(CultureInfo.InvariantCulture) : null,
                };
            }
        }
    }

    private static async Task<(LangGraphRun Run, RunRequest Request)> StartAsync(
        HttpContext context, SampleAgents agents, RecentThreads<LangGraphThread> threads, CancellationToken cancellationToken)
    {
        var threadId = ThreadId(context) is { } given ? LangGraphRequests.ReadThreadId(given) : (Guid?)null;
        var request = await LangGraphRequests.ReadAsync<RunRequest>(context.Request, cancellationToken);
        var assistantId = request.AssistantId ?? throw LangGraphRequests.Invalid("invalid_type", "Required", "assistant_id");
        if (request.StreamModes.Except(KnownModes).Any())
        {
            throw LangGraphRequests.Invalid("invalid_enum_value", $"Expected {string.Join(" or ", KnownModes)}", "stream_mode");
        }

        var assistant = AssistantsApi.Find(assistantId)
            ?? throw LangGraphRequests.Refused(
                404, $"No assistant found for \"{assistantId}\". Make sure the assistant ID is for a valid assistant or a valid graph ID.");
        var run = new LangGraphRun(agents, SampleAgents.Find(assistant.GraphId)!, assistant, FindThread(threadId, request.IfNotExists, threads));
        context.Response.Headers.ContentLocation = threadId is null ? $"/runs/{run.Id}" : $"/threads/{threadId}/runs/{run.Id}";

        return (run, request);
    }

    private static LangGraphThread FindThread(Guid? id, string? ifNotExists, RecentThreads<LangGraphThread> threads)
    {
        if (id is not { } known)
        {
            return new(Guid.NewGuid());
        }

        var thread = ifNotExists is "create" ? threads.GetOrAdd(known.ToString(), new(known)) : threads.Find(known.ToString());

        // What the real server says of a thread that it doesn't know.
        return thread
            ?? throw LangGraphRequests.Refused(422, "Thread is already running a task. Wait for it to finish or choose a different multitask strategy.");
    }

    private static string? ThreadId(HttpContext context) => context.Request.RouteValues["threadId"] as string;
}
