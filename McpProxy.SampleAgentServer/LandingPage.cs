namespace McpProxy.SampleAgentServer;

/// <summary>Says where the servers are: at <c>/</c>, and in the log once the process listens.</summary>
internal static partial class LandingPage
{
    public static void MapLandingPage(this WebApplication app)
    {
        app.MapGet("/", (HttpRequest request) => $"""
            A sample agent server: six agents whose answers are known in advance.
            Mastra:    {request.Scheme}://{request.Host}/mastra
            LangGraph: {request.Scheme}://{request.Host}/langgraph
            A2A:       {request.Scheme}://{request.Host}/a2a/echoAgent
            OpenAI:    {request.Scheme}://{request.Host}/openai, or {request.Scheme}://{request.Host}/openai/v1
            """);
        app.MapFallback("{*path}", () => Results.Text("404 Not Found", statusCode: StatusCodes.Status404NotFound));

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var url in app.Urls)
            {
                LogBaseUrls(app.Logger, url);
            }
        });
    }

    [LoggerMessage(LogLevel.Information, "Mastra at {Url}/mastra, LangGraph at {Url}/langgraph, A2A at {Url}/a2a/echoAgent, OpenAI at {Url}/openai")]
    private static partial void LogBaseUrls(ILogger logger, string url);
}
