using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs;

/// <summary>A run as it stands.</summary>
/// <param name="Id">Its handle: whoever knows it may follow the run and cancel it.</param>
/// <param name="Facts">What it is.</param>
/// <param name="TextSoFar">The last of the text that has arrived.</param>
/// <param name="Outcome">How it stands, or how it ended.</param>
/// <param name="EndedAt">When it ended, if it has.</param>
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
