using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs;

/// <summary>How a run ended, as it is stored. The version before stored no kind of problem.</summary>
internal sealed record RunEnd(RunStatus Status, DateTime EndedAt, AgentReply? Reply = null, string? Problem = null, ErrorKind? Kind = null)
{
    /// <param name="run">A run that has ended.</param>
    public static RunEnd Of(AgentRun run)
        => new(run.Status, run.EndedAt!.Value, run.Outcome.ReplySoFar, run.Outcome.Failure?.Message, run.Outcome.Failure?.Kind);

    /// <returns>How the run ended, or <see langword="null"/> if this makes no sense.</returns>
    public CallOutcome? ToOutcome() => this switch
    {
        { Status: RunStatus.Completed, Reply: { Interrupt: null } reply } => new CallOutcome.Answered(reply),
        { Status: RunStatus.Completed, Reply: { } reply } => new CallOutcome.Interrupted(reply),
        { Status: RunStatus.Failed, Problem: { } problem } => new CallOutcome.Failed(new(Kind ?? ErrorKind.AgentFailed, problem), Reply),
        { Status: RunStatus.Lost, Problem: { } problem } => new CallOutcome.Lost(new(Kind ?? ErrorKind.Interrupted, problem)),
        { Status: RunStatus.Cancelled } => new CallOutcome.Cancelled(),
        _ => null,
    };
}
