namespace McpProxy.Api.Agents.Conversation;

/// <summary>How a call stands, or how it ended. There are no others than these.</summary>
internal abstract record CallOutcome
{
    private CallOutcome()
    {
    }

    /// <summary>What the agent answered, or as much of it as arrived.</summary>
    public AgentReply? ReplySoFar => this switch
    {
        Answered answered => answered.Reply,
        Interrupted interrupted => interrupted.Reply,
        Failed failed => failed.Partial,
        _ => null,
    };

    /// <summary>Why there is no (more of an) answer, if it failed.</summary>
    public ProxyException? Failure => (this as Failed)?.Reason;

    /// <summary>The agent has answered.</summary>
    public sealed record Answered(AgentReply Reply) : CallOutcome;

    /// <summary>The agent stopped to ask something.</summary>
    public sealed record Interrupted(AgentReply Reply) : CallOutcome;

    /// <summary>The agent is at work in the background.</summary>
    public sealed record Running(string RunId, string? ThreadId = null) : CallOutcome;

    /// <summary>The agent, its server or the proxy failed. Of an answer that broke off, there is what had arrived.</summary>
    public record Failed(ProxyException Reason, AgentReply? Partial = null) : CallOutcome;

    /// <summary>The replica that waited for the answer is gone, so how the call ended is not known.</summary>
    public sealed record Lost(ProxyException Reason) : Failed(Reason);

    /// <summary>Somebody cancelled it.</summary>
    public sealed record Cancelled : CallOutcome;
}
