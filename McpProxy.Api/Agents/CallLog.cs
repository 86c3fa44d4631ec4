using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Errors;
using McpProxy.Api.Text;

namespace McpProxy.Api.Agents;

/// <summary>Logs one line for each call: whom it called, how it ended, how long it took and what it cost. Never what was said.</summary>
internal sealed partial class CallLog(TimeProvider time, ILogger<CallLog> logger)
{
    private const int MaxIdLength = 200;

    public async Task<AgentAnswer> RecordAsync(ResolvedAgent agent, Func<Task<AgentAnswer>> call)
    {
        var began = time.GetTimestamp();
        try
        {
            var answer = await call();
            Log(agent, began, Outcome(answer), answer.Reply.Usage);

            return answer;
        }
        catch (Exception exception)
        {
            Log(agent, began, Outcome(exception));
            throw;
        }
    }

    private static string Outcome(AgentAnswer answer) => answer switch
    {
        { Failure.Kind: var error } => $"broke off ({error})",
        { Reply.Interrupt: not null } => "stopped to ask",
        _ => "answered",
    };

    private static string Outcome(Exception exception) => exception switch
    {
        OperationCanceledException => "was cancelled",
        ProxyException { Kind: var error } => $"failed ({error})",
        _ => $"failed ({exception.GetType().Name})",
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
