using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>
/// A conversation as callers name it: the thread, and while its agent waits for an answer, the run that waits too. So the answer reaches that run from any
/// replica, though nothing is stored.
/// </summary>
internal sealed record MastraThread(string? Id, string? RunId = null, string? ToolCallId = null)
{
    private const char Separator = AgentQuestion.WaitsBehind;

    /// <remarks>Callers choose the ids of threads, so one that only looks a little like this is one.</remarks>
    public static MastraThread Parse(string? threadId)
        => threadId?.Split(Separator) is [.. var id, var run, var tool] && Guid.TryParseExact(run, "D", out _)
            ? new(id is [] or [""] ? null : string.Join(Separator, id), run, tool is "" ? null : Uri.UnescapeDataString(tool))
            : new(threadId);

    public override string? ToString() => RunId is null ? Id : $"{Id}{Separator}{RunId}{Separator}{Uri.EscapeDataString(ToolCallId ?? "")}";
}
