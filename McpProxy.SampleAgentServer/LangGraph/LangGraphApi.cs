namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>The part of LangGraph's HTTP API that clients of agents use, under <c>/langgraph</c>.</summary>
internal static class LangGraphApi
{
    public static void MapLangGraph(this IEndpointRouteBuilder routes)
    {
        var langGraph = routes.MapGroup("/langgraph").AddEndpointFilter(RefusedException.AnswerAsync);
        langGraph.MapGet("/ok", () => Results.Json(new { Ok = true }, LangGraphJson.Options));
        // The version is the one whose API is spoken.
        langGraph.MapGet("/info", () => Results.Json(
            new { Version = "2.0.0", Context = "sample", Flags = new { Assistants = true, Crons = false, Langsmith = false } }, LangGraphJson.Options));
        langGraph.MapAssistants();
        langGraph.MapThreads();
        langGraph.MapRuns();
        langGraph.MapThreadRuns();
    }
}
