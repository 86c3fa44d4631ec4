using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs;

/// <summary>A run as it stands. Its caller, or whoever knows its id where nobody is asked who they are, may follow and cancel it.</summary>
internal sealed record AgentRun(string Id, RunFacts Facts, string TextSoFar, CallOutcome Outcome, DateTime? EndedAt = null)
{
    public RunStatus Status => Outcome switch
    {
        CallOutcome.Running => RunStatus.Running,
        CallOutcome.Lost => RunStatus.Lost,
        CallOutcome.Failed => RunStatus.Failed,
        CallOutcome.Cancelled => RunStatus.Cancelled,
        _ => RunStatus.Completed,
    };
}
