using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Agents;

/// <summary>Logs one line for each call: whom it called, how it ended, how long it took and what it cost. Never what was said.</summary>
internal sealed partial class CallLog(TimeProvider time, ILogger<CallLog> logger)
{
    private const int MaxIdLength = 200;

    /// <param name="agent">Whom it called.</param>
    /// <param name="began">When, as a timestamp of the clock.</param>
    /// <param name="outcome">How it ended.</param>
    public void Record(ResolvedAgent agent, long began, CallOutcome outcome) => Log(agent, began, Describe(outcome), outcome.ReplySoFar?.Usage);

    /// <summary>Logs a call that a bug ended.</summary>
    public void Record(ResolvedAgent agent, long began, Exception exception) => Log(agent, began, $"failed ({exception.GetType().Name})");

    private static string Describe(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Failed { Partial: null, Reason.Kind: var kind } => $"failed ({kind})",
        CallOutcome.Failed { Reason.Kind: var kind } => $"broke off ({kind})",
        CallOutcome.Interrupted => "stopped to ask",
        CallOutcome.Cancelled => "was cancelled",
        _ => "answered",
    };

    private void Log(ResolvedAgent agent, long began, string outcome, AgentUsage? usage = null)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var id = RemoteText.Clean(agent.AgentId, MaxIdLength);
            var milliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds;
            if (usage is { InputTokens: { } input, OutputTokens: { } output })
            {
                LogCostly(id, agent.Server.Name, outcome, milliseconds, input, output);
            }
            else
            {
                LogCall(id, agent.Server.Name, outcome, milliseconds);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Agent {AgentId} on {ServerName} {Outcome} after {Milliseconds} ms.")]
    private partial void LogCall(string? agentId, string serverName, string outcome, long milliseconds);

    [LoggerMessage(LogLevel.Information, "Agent {AgentId} on {ServerName} {Outcome} after {Milliseconds} ms: {InputTokens} tokens in, {OutputTokens} out.")]
    private partial void LogCostly(string? agentId, string serverName, string outcome, long milliseconds, long inputTokens, long outputTokens);
}
