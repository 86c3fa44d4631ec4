using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs.History;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Api.Runs;

/// <summary>Calls agents, and lets a call go on as a run when its client does not want to wait for it, or can't.</summary>
internal sealed partial class RunService(
    AgentInvoker invoker,
    RunSupervisor supervisor,
    IRunStore store,
    AgentCatalog catalog,
    ServerUrlPolicy policy,
    Conversations conversations,
    Audit audit,
    MemoryBudgets budgets,
    AgentOptions callOptions,
    RunOptions options,
    TimeProvider time,
    ILogger<RunService> logger,
    CallHistory? history = null)
{
    private static readonly TimeSpan _acceptTime = TimeSpan.FromSeconds(1);

    /// <summary>Calls an agent.</summary>
    /// <param name="agent">Whom to call.</param>
    /// <param name="call">What to send.</param>
    /// <param name="memory">Takes over the memory of the answer.</param>
    /// <param name="progress">Told the agent's text as it comes.</param>
    /// <param name="cancellationToken">Cancels the call, until it is a run.</param>
    /// <param name="id">Its id, if it has one already.</param>
    /// <returns>What came of the call, or that it goes on as a run.</returns>
    /// <exception cref="ProxyException">It failed, and nothing of an answer had arrived.</exception>
    public async Task<AgentRun> CallAsync(
        ResolvedAgent agent, AgentCall call, MemoryLease memory, IProgress<string>? progress, CancellationToken cancellationToken, string? id = null)
    {
        await conversations.EnsureTheirsAsync(agent, call, cancellationToken);
        var limit = call.IsBackground ? options.Timeout : callOptions.CallTimeout;
        var run = new ActiveRun(
            id, RunFacts.Of(agent, call, time.GetUtcNow().UtcDateTime), agent.Server.Subject, limit, budgets.Answers.Open(), cancellationToken);
        if (call.IsBackground)
        {
            // Before anything is sent: a run that can't be followed is not begun.
            await RememberAsync(run, cancellationToken);
        }

        history?.Begin(run, call.IsBackground, call.Messages);
        run.Start(invoker.InvokeAsync(agent, call with { Memory = run.Memory }, run.Deadline), progress);
        if (call.IsBackground)
        {
            await EndsWithinAsync(run.Accepted, _acceptTime);
        }
        else if (options.SwitchAfter(call.IsFollowed) is not { } switchAfter || await EndsWithinAsync(run.Outcome, switchAfter) || !await TryRememberAsync(run))
        {
            using (run)
            {
                var outcome = await OutcomeAsync(run, cancellationToken);
                await conversations.KeepAsync(run.Facts.After(outcome), known: call.ThreadId);
                memory.TakeOver(run.Memory);

                return run.ToRun(outcome);
            }
        }

        if (run.Outcome is { IsCompleted: true } ended && (ended.IsFaulted || ended.Result is CallOutcome.Failed { Partial: null }))
        {
            // Refused at once: nobody needs to ask for it later.
            supervisor.Keep(run);

            return run.ToRun(await OutcomeAsync(run, cancellationToken));
        }

        run.Detach(options.Timeout);
        history?.Detach(run);
        supervisor.Keep(run);
        await TryRememberAsync(run);
        await conversations.KeepAsync(run.Facts, known: call.ThreadId);
        audit.Record(new("run", call.Caller, agent.QualifiedId, "goes on in the background"));

        return run.ToRun();
    }

    /// <summary>
    /// Answers what the agent of a run stopped to ask: it goes on under the same id, and that is where a failure is told too. Only the first answer counts.
    /// </summary>
    /// <exception cref="ProxyException">It is not known whether the agent got the answer.</exception>
    public Task AnswerAsync(AgentRun run, JsonNode answer, Caller caller) => ContinueAsync(run, async id =>
    {
        var facts = run.Facts.After(run.Outcome);
        try
        {
            var agent = facts.ToAgent(catalog, policy) ?? throw new ProxyException(
                ErrorKind.RefusedByPolicy, $"The answer was not sent: {facts.ServerUrl} may not be called any more.");
            await CallAsync(agent, facts.ToAnswer(answer, caller), MemoryLease.Unlimited, progress: null, CancellationToken.None, id);
        }
        catch (ProxyException exception)
        {
            await supervisor.RecordAsync(id, facts, new CallOutcome.Failed(exception));
        }
    });

    /// <summary>Ends a run whose agent asked something that nobody will answer.</summary>
    /// <exception cref="ProxyException">It could not be recorded.</exception>
    public Task LeaveUnansweredAsync(AgentRun run, CallOutcome outcome) => ContinueAsync(run, id => supervisor.RecordAsync(id, run.Facts, outcome));

    private async Task ContinueAsync(AgentRun run, Func<string, Task> go)
    {
        try
        {
            var next = ActiveRun.NewId();
            if (await store.ContinueAsync(run.Id, run.LastId, next, CancellationToken.None))
            {
                await go(next);
            }
        }
        catch (BackendException exception)
        {
            throw new ProxyException(
                ErrorKind.BackendUnavailable, $"The agent may not have got the answer. {exception.Message} Then look how the run stands.", exception);
        }
    }

    private static async Task<CallOutcome> OutcomeAsync(ActiveRun run, CancellationToken cancellationToken) => await run.Outcome switch
    {
        CallOutcome.Failed { Partial: null } failed => throw failed.Reason,
        CallOutcome.Cancelled when cancellationToken.IsCancellationRequested => throw new OperationCanceledException(cancellationToken),
        CallOutcome.Cancelled => throw new ProxyException(
            ErrorKind.Interrupted,
            "The call was cancelled at the proxy. The agent may have done a part of its work. Ask whoever looks after the proxy before you call it again.")
        { IsRecorded = true },
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
