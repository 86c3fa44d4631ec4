using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Agents;

/// <summary>Records each call once it has ended: whom it called, how it ended, how long it took and what it cost. Never what was said.</summary>
internal sealed class CallLog(TimeProvider time, Audit audit)
{
    private const string Call = "call";

    /// <param name="agent">Whom it called.</param>
    /// <param name="caller">Who called.</param>
    /// <param name="began">When, as a timestamp of the clock.</param>
    /// <param name="outcome">How it ended.</param>
    public void Record(ResolvedAgent agent, Caller caller, long began, CallOutcome outcome)
    {
        var reply = outcome.ReplySoFar;
        audit.Record(new(
            Call,
            caller,
            agent.QualifiedId,
            Describe(outcome),
            outcome.Failure?.Kind,
            time.GetElapsedTime(began),
            reply?.Text.Length ?? 0,
            reply?.Usage?.InputTokens,
            reply?.Usage?.OutputTokens));
        outcome.Failure?.IsRecorded = true;
    }

    /// <summary>Records a call that a bug ended.</summary>
    public void Record(ResolvedAgent agent, Caller caller, long began, Exception exception)
        => audit.Record(new(Call, caller, agent.QualifiedId, $"failed, {exception.GetType().Name}", Time: time.GetElapsedTime(began)));

    private static string Describe(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Failed { Partial: null } => "failed",
        CallOutcome.Failed => "broke off",
        CallOutcome.Interrupted => "stopped to ask",
        CallOutcome.Cancelled => "was cancelled",
        _ => "answered",
    };
}
