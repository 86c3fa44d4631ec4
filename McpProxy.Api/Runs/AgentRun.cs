using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs;

/// <summary>A run as it stands. Its caller, or whoever knows its id where nobody is asked who they are, may follow and cancel it.</summary>
internal sealed record AgentRun(string Id, RunFacts Facts, string TextSoFar, CallOutcome Outcome, DateTime? EndedAt = null)
{
    /// <summary>What it goes on as since what its agent asked was answered; itself until then.</summary>
    public string LastId { get; init; } = Id;

    /// <summary>When it began, whatever it goes on as.</summary>
    public DateTime StartedAt { get; init; } = Facts.StartedAt;

    public RunStatus Status => Outcome switch
    {
        CallOutcome.Running => RunStatus.Running,
        CallOutcome.Lost => RunStatus.Lost,
        CallOutcome.Failed => RunStatus.Failed,
        CallOutcome.Cancelled => RunStatus.Cancelled,
        _ => RunStatus.Completed,
    };
}
