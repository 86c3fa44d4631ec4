using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;

namespace McpProxy.Api.Agents;

/// <summary>Calls an agent in the way that was asked for, and keeps the record of it.</summary>
internal sealed class AgentInvoker(AgentCatalog listings, TimeProvider time, AgentOptions options, CallLog log)
{
    /// <param name="agent">Whom to call.</param>
    /// <param name="call">What to send.</param>
    /// <param name="onUpdate">Hears of the answer as it arrives.</param>
    /// <param name="deadline">Ends the call.</param>
    public Task<AgentAnswer> CallAsync(ResolvedAgent agent, AgentCall call, Action<AgentUpdate> onUpdate, Deadline deadline)
        => log.RecordAsync(agent, () => RecordAsync(agent, call, agent.CallAsync(call, deadline.Token), onUpdate, deadline));

    /// <summary>Waits for the answer of a run that was begun earlier.</summary>
    /// <param name="agent">Who was called. Its client can join runs.</param>
    /// <param name="call">What began the run. Its messages are not needed.</param>
    /// <param name="run">Where the run can be joined.</param>
    /// <param name="onUpdate">Hears of the answer as it arrives.</param>
    /// <param name="deadline">Ends the run.</param>
    public Task<AgentAnswer> JoinAsync(ResolvedAgent agent, AgentCall call, string run, Action<AgentUpdate> onUpdate, Deadline deadline)
        => log.RecordAsync(
            agent, () => RecordAsync(agent, call, ((IResumableRuns)agent.Client).JoinAsync(agent.Server, call, run, deadline.Token), onUpdate, deadline));

    private async Task<AgentAnswer> RecordAsync(
        ResolvedAgent agent, AgentCall call, IAsyncEnumerable<AgentUpdate> updates, Action<AgentUpdate> onUpdate, Deadline deadline)
    {
        using var invocation = AgentTelemetry.StartInvokeAgent(agent, call, options.TelemetryContent);
        try
        {
            var answer = await CollectAsync(call, updates, onUpdate, deadline);
            invocation.Record(answer, options.TelemetryContent);

            return answer;
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.AgentNotFound)
        {
            invocation.Fail(exception);
            throw await listings.ExplainAsync(agent.Server, agent.AgentId, exception, deadline.Token);
        }
        catch (Exception exception)
        {
            invocation.Fail(exception);
            throw;
        }
    }

    private async Task<AgentAnswer> CollectAsync(AgentCall call, IAsyncEnumerable<AgentUpdate> updates, Action<AgentUpdate> onUpdate, Deadline deadline)
    {
        var collected = new ReplyCollector(call, time, options.MaxChunks);
        try
        {
            await foreach (var update in updates)
            {
                collected.Add(update);
                onUpdate(update);
            }

            return collected.ToAnswer(null);
        }
        catch (Exception exception) when ((deadline.Explain(exception) ?? exception as ProxyException) is { } failure)
        {
            return collected.HasText ? collected.ToAnswer(failure) : throw failure;
        }
    }
}
