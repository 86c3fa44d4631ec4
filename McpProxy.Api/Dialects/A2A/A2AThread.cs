using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>
/// What a conversation is called towards callers: by its context, and while its agent waits for an answer, by the task that waits too. So the answer reaches
/// that task from any replica, though nothing is stored.
/// </summary>
internal sealed record A2AThread(string? ContextId, string? TaskId)
{
    private const char Separator = AgentQuestion.WaitsBehind;

    public static A2AThread Parse(string threadId) => threadId.LastIndexOf(Separator) switch
    {
        -1 => new(threadId, null),
        var end => new(threadId[..end] is "" ? null : threadId[..end], threadId[(end + 1)..] is "" ? null : threadId[(end + 1)..]),
    };

    /// <returns><see langword="null"/> if the server gave neither a name.</returns>
    public override string? ToString() => this switch
    {
        { ContextId: null, TaskId: null } => null,
        { ContextId: { } context, TaskId: null } when !context.Contains(Separator) => context,
        _ => $"{ContextId}{Separator}{TaskId}",
    };
}
