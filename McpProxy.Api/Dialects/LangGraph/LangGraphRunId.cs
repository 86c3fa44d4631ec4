namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>Which run it is, on which thread: that is all one needs to join it, and to cancel it.</summary>
internal sealed record LangGraphRunId(Guid ThreadId, Guid RunId)
{
    /// <param name="threadId">The thread that the run was started on.</param>
    /// <param name="location">What its server said about where the run is.</param>
    public static LangGraphRunId? On(Guid threadId, string? location)
        => Guid.TryParseExact(location?.Split('/')[^1], "D", out var runId) ? new(threadId, runId) : null;

    /// <returns>The run that the text names in the form of <see cref="ToString"/> and in no other, or <see langword="null"/>.</returns>
    public static LangGraphRunId? Parse(string text)
        => text.Split('/') is ["threads", var thread, "runs", _]
            && Guid.TryParseExact(thread, "D", out var threadId)
            && On(threadId, text) is { } run
            && run.ToString() == text ? run : null;

    /// <returns>Its path on the server.</returns>
    public override string ToString() => $"threads/{ThreadId}/runs/{RunId}";
}
