using System.Diagnostics;
using System.Runtime.CompilerServices;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Agents;

/// <summary>Calls an agent, passes on what arrives, and keeps the record of it.</summary>
internal sealed class AgentInvoker(
    AgentCatalog catalog, CallLimiter limiter, MemoryBudgets memory, TimeProvider time, AgentOptions options, CallLog log)
{
    /// <param name="agent">Whom to call.</param>
    /// <param name="call">What to send.</param>
    /// <param name="deadline">Ends the call.</param>
    /// <returns>What arrives. The last update says what came of the call, also when it failed or was cancelled.</returns>
    public IAsyncEnumerable<AgentUpdate> InvokeAsync(ResolvedAgent agent, AgentCall call, Deadline deadline)
        => RecordAsync(agent, call, SendAsync(agent, call, deadline.Token), deadline);

    /// <summary>Waits for the answer of a run that was begun earlier. It takes no place among the calls that may run.</summary>
    /// <param name="agent">Who was called. Its dialect can join runs.</param>
    /// <param name="call">What began the run. Its messages are not needed.</param>
    /// <param name="run">Where the run can be joined.</param>
    /// <param name="deadline">Ends the run.</param>
    /// <returns>The same as of a call.</returns>
    public IAsyncEnumerable<AgentUpdate> JoinAsync(ResolvedAgent agent, AgentCall call, string run, Deadline deadline)
        => RecordAsync(agent, call, ((IResumableRuns)agent.Dialect).JoinAsync(agent.Server, call, run, deadline.Token), deadline);

    /// <summary>Takes a place among the calls that may run, and keeps it until the answer has ended.</summary>
    private async IAsyncEnumerable<AgentUpdate> SendAsync(ResolvedAgent agent, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!memory.Answers.HasRoom)
        {
            throw new ProxyException(
                ErrorKind.Busy,
                "The agent was not called: the proxy has no room for more answers now. "
                + $"Try again later; {memory.Answers.Setting} sets how much room there is.");
        }

        using var place = await limiter.AcquireAsync(agent.Server, call.Caller, cancellationToken);
        await foreach (var update in agent.Dialect.CallAsync(agent.Server, call, cancellationToken))
        {
            yield return update;
        }
    }

    private async IAsyncEnumerable<AgentUpdate> RecordAsync(ResolvedAgent agent, AgentCall call, IAsyncEnumerable<AgentUpdate> source, Deadline deadline)
    {
        var began = time.GetTimestamp();
        var collector = new ReplyCollector(call, time, options.MaxChunks);
        using var invocation = AgentTelemetry.StartInvokeAgent(agent, call, options.TelemetryContent);
        await using var updates = source.GetAsyncEnumerator(deadline.Token);
        CallOutcome? outcome;
        do
        {
            try
            {
                // A yield forgets which span is the current one.
                Activity.Current = invocation.Span ?? Activity.Current;
                outcome = await MoveNextAsync(agent, updates, collector, call.Caller, deadline);
            }
            catch (Exception exception)
            {
                invocation.Fail(exception);
                log.Record(agent, call.Caller, began, exception);
                throw;
            }

            if (outcome is null)
            {
                yield return updates.Current;
            }
        }
        while (outcome is null);

        invocation.Record(outcome, options.TelemetryContent);
        log.Record(agent, call.Caller, began, outcome);

        yield return new(Outcome: outcome);
    }

    /// <returns>What came of the call, or <see langword="null"/> while it goes on.</returns>
    private async Task<CallOutcome?> MoveNextAsync(
        ResolvedAgent agent, IAsyncEnumerator<AgentUpdate> updates, ReplyCollector collector, Caller caller, Deadline deadline)
    {
        try
        {
            if (!await updates.MoveNextAsync())
            {
                return collector.ToOutcome();
            }

            collector.Add(updates.Current);

            return null;
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.AgentNotFound)
        {
            return collector.ToOutcome(await catalog.ExplainAsync(agent.Server, agent.AgentId, caller, exception, CancellationToken.None));
        }
        catch (Exception exception) when ((deadline.Explain(exception) ?? exception as ProxyException) is { } failure)
        {
            return collector.ToOutcome(failure);
        }
        catch (OperationCanceledException)
        {
            return new CallOutcome.Cancelled();
        }
    }
}
