using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs;

/// <summary>Calls agents, and lets a call go on as a run when its client does not want to wait for it, or can't.</summary>
internal sealed partial class RunService(
    AgentInvoker invoker,
    RunSupervisor supervisor,
    Conversations conversations,
    Audit audit,
    MemoryBudgets budgets,
    AgentOptions callOptions,
    RunOptions options,
    TimeProvider time,
    ILogger<RunService> logger)
{
    private static readonly TimeSpan _acceptTime = TimeSpan.FromSeconds(1);

    /// <summary>Calls an agent.</summary>
    /// <param name="agent">Whom to call.</param>
    /// <param name="call">What to send.</param>
    /// <param name="memory">Takes over the memory of the answer.</param>
    /// <param name="progress">Told the agent's text as it comes.</param>
    /// <param name="cancellationToken">Cancels the call, until it is a run.</param>
    /// <returns>What came of the call, or that it goes on as a run.</returns>
    /// <exception cref="ProxyException">It failed, and nothing of an answer had arrived.</exception>
    public async Task<CallOutcome> CallAsync(
        ResolvedAgent agent, AgentCall call, MemoryLease memory, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await conversations.EnsureTheirsAsync(agent, call, cancellationToken);
        var limit = call.IsBackground ? options.Timeout : callOptions.CallTimeout;
        var run = new ActiveRun(
            id: null, RunFacts.Of(agent, call, time.GetUtcNow().UtcDateTime), agent.Server.Subject, limit, budgets.Answers.Open(), cancellationToken);
        if (call.IsBackground)
        {
            // Before anything is sent: a run that can't be followed is not begun.
            await RememberAsync(run, cancellationToken);
        }

        run.Start(invoker.InvokeAsync(agent, call with { Memory = run.Memory }, run.Deadline), progress);
        if (call.IsBackground)
        {
            await EndsWithinAsync(run.Accepted, _acceptTime);
        }
        else if (options.SwitchAfter is not { } switchAfter || await EndsWithinAsync(run.Outcome, switchAfter) || !await TryRememberAsync(run))
        {
            using (run)
            {
                var outcome = await OutcomeAsync(run);
                await conversations.KeepAsync(run.Facts.After(outcome), known: call.ThreadId);
                memory.TakeOver(run.Memory);

                return outcome;
            }
        }

        if (run.Outcome is { IsCompleted: true } ended && (ended.IsFaulted || ended.Result is CallOutcome.Failed { Partial: null }))
        {
            // Refused at once: nobody needs to ask for it later.
            supervisor.Keep(run);

            return await OutcomeAsync(run);
        }

        run.Detach(options.Timeout);
        supervisor.Keep(run);
        await TryRememberAsync(run);
        await conversations.KeepAsync(run.Facts, known: call.ThreadId);
        audit.Record(new("run", call.Caller, agent.QualifiedId, "goes on in the background"));

        return new CallOutcome.Running(run.Id, run.Facts.ThreadId);
    }

    private static async Task<CallOutcome> OutcomeAsync(ActiveRun run) => await run.Outcome switch
    {
        CallOutcome.Failed { Partial: null } failed => throw failed.Reason,
        CallOutcome.Cancelled => throw new OperationCanceledException(),
        var outcome => outcome,
    };

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        await task.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        return task.IsCompleted;
    }

    private async Task RememberAsync(ActiveRun run, CancellationToken cancellationToken)
    {
        try
        {
            await supervisor.RememberAsync(run, cancellationToken);
        }
        catch (BackendException exception)
        {
            throw new ProxyException(
                ErrorKind.BackendUnavailable,
                $"Nothing was sent, as a run in the background could not be remembered. {exception.Message} Until then, call the agent without background.",
                exception);
        }
    }

    private async Task<bool> TryRememberAsync(ActiveRun run)
    {
        try
        {
            await supervisor.RememberAsync(run, CancellationToken.None);

            return true;
        }
        catch (Exception exception) when (exception is BackendException or ProxyException)
        {
            LogNotRemembered(RemoteText.Clean(run.Facts.QualifiedId, 200), exception);

            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A call of {AgentId} could not be stored as a run.")]
    private partial void LogNotRemembered(string? agentId, Exception exception);
}
