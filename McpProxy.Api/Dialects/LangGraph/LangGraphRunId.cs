using System.Text.RegularExpressions;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>Which run it is, on which thread: that is all one needs to join it, and to cancel it.</summary>
internal sealed partial record LangGraphRunId(Guid ThreadId, Guid RunId)
{
    /// <param name="threadId">The thread that the run was started on.</param>
    /// <param name="location">What its server said about where the run is.</param>
    public static LangGraphRunId? On(Guid threadId, string? location)
        => Guid.TryParseExact(location?.Split('/')[^1], "D", out var runId) ? new(threadId, runId) : null;

    /// <returns>The run that the text names in the form of <see cref="ToString"/> and in no other, or <see langword="null"/>.</returns>
    public static LangGraphRunId? Parse(string text)
        => Form().Match(text) is { Success: true } match ? new(Guid.Parse(match.Groups["thread"].Value), Guid.Parse(match.Groups["run"].Value)) : null;

    /// <returns>Its path on the server.</returns>
    public override string ToString() => $"threads/{ThreadId}/runs/{RunId}";

    [GeneratedRegex(@"\Athreads/(?<thread>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/runs/(?<run>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\z")]
    private static partial Regex Form();
}
