namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>Conversations: made, looked at, and kept for the runs on them.</summary>
internal static class ThreadsApi
{
    public static void MapThreads(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/threads", CreateAsync);
        routes.MapGet("/threads/{threadId}", (string threadId, RecentThreads<LangGraphThread> threads) => Describe(Get(threadId, threads)));
        routes.MapGet("/threads/{threadId}/state", (string threadId, RecentThreads<LangGraphThread> threads) => DescribeState(Get(threadId, threads)));
        routes.MapDelete("/threads/{threadId}", Delete);
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, RecentThreads<LangGraphThread> threads, CancellationToken cancellationToken)
    {
        var wanted = await LangGraphRequests.ReadAsync<ThreadRequest>(request, cancellationToken);
        var id = wanted.ThreadId is { } given ? LangGraphRequests.ReadThreadId(given) : Guid.NewGuid();
        var made = new LangGraphThread(id, wanted.Metadata);
        var thread = threads.GetOrAdd(id.ToString(), made);

        return thread == made || wanted.IfExists is "do_nothing" ? Describe(thread) : throw LangGraphRequests.Refused(409, "Thread already exists");
    }

    /// <remarks>A run that is at work there goes on, though nobody can reach it any more.</remarks>
    private static IResult Delete(string threadId, RecentThreads<LangGraphThread> threads)
    {
        threads.Remove(Get(threadId, threads).Id.ToString());

        return Results.NoContent();
    }

    public static LangGraphThread Get(string threadId, RecentThreads<LangGraphThread> threads)
    {
        var id = LangGraphRequests.ReadThreadId(threadId).ToString();

        return threads.Find(id) ?? throw LangGraphRequests.Refused(404, $"Thread with ID {id} not found");
    }

    private static IResult Describe(LangGraphThread thread)
    {
        var state = thread.State;

        return Json(new ThreadReply(
            thread.Id,
            thread.CreatedAt,
            state.UpdatedAt,
            state.Metadata,
            thread.Runs.Any(run => run.IsActive) ? "busy" : state.Status,
            state.RunId is null ? null : new(state.Messages)));
    }

    private static IResult DescribeState(LangGraphThread thread)
    {
        var state = thread.State;
        if (state.RunId is not { } runId)
        {
            return Json(new StateReply(new object(), null, null, null));
        }

        var metadata = new Dictionary<string, object>(state.Metadata) { ["thread_id"] = thread.Id, ["run_id"] = runId };

        return Json(new StateReply(new StateValues(state.Messages), metadata, state.UpdatedAt, new(thread.Id, runId))
        {
            Next = state.Interrupt is null ? [] : ["model"],
            Tasks = state.Interrupt is { } interrupt ? [new(runId, "model", [interrupt])] : [],
        });
    }

    private static IResult Json<T>(T value) => Results.Json(value, LangGraphJson.Options);
}
