using Microsoft.AspNetCore.Mvc;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>Runs on a thread: looked at, joined and cancelled.</summary>
internal static class ThreadRunsApi
{
    public static void MapThreadRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/threads/{threadId}/runs", List);
        var run = routes.MapGroup("/threads/{threadId}/runs/{runId}");
        run.MapGet("", (string threadId, string runId, RecentThreads<LangGraphThread> threads)
            => Results.Json(Get(threadId, runId, threads).Describe(), LangGraphJson.Options));
        run.MapGet("/stream", (
                string threadId, string runId, RecentThreads<LangGraphThread> threads,
                [FromHeader(Name = "Last-Event-ID")] string? lastEventId, CancellationToken stop)
            => TypedResults.ServerSentEvents(Get(threadId, runId, threads).JoinAsync(lastEventId, stop)));
        run.MapPost("/cancel", CancelAsync);
    }

    private static IResult List(string threadId, RecentThreads<LangGraphThread> threads, string? status, int limit = 10, int offset = 0)
        => Results.Json(
            ThreadsApi.Get(threadId, threads).Runs.Where(run => status is null || run.Status == status).Skip(offset).Take(limit).Select(run => run.Describe()),
            LangGraphJson.Options);

    private static async Task<IResult> CancelAsync(
        string threadId, string runId, RecentThreads<LangGraphThread> threads, bool wait = false, CancellationToken cancellationToken = default)
    {
        var run = Get(threadId, runId, threads);
        run.Cancel();
        if (wait)
        {
            await run.Ended.WaitAsync(cancellationToken);
        }

        return wait ? Results.NoContent() : Results.Accepted();
    }

    private static LangGraphRun Get(string threadId, string runId, RecentThreads<LangGraphThread> threads)
        => ThreadsApi.Get(threadId, threads).Runs.FirstOrDefault(run => run.Id.ToString() == runId) ?? throw LangGraphRequests.Refused(404, "Run not found");
}
