using System.Text.Json;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Api.Runs;

/// <summary>Finds out about runs, whichever replica they were begun on, and cancels them.</summary>
internal sealed class RunFollower(
    RunSupervisor supervisor,
    IRunStore store,
    AgentInvoker invoker,
    AgentCatalog catalog,
    ServerUrlPolicy policy,
    MemoryBudgets budgets,
    RunOptions options,
    TimeProvider time)
{
    private static readonly TimeSpan _cancelTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _lookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Within this time a replica that could not reach the backend has renewed its lease of a run, or recorded its end.</summary>
    private static readonly TimeSpan _holderTime = TimeSpan.FromSeconds(7);

    /// <summary>Finds out how a run stands, and waits for its end if it has not ended.</summary>
    /// <exception cref="ProxyException">There is no such run, or no way to find out.</exception>
    public async Task<AgentRun> FollowAsync(string id, Caller caller, TimeSpan wait, MemoryLease memory, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var run = await LookAsync(id, caller, memory, cancellationToken);
            var left = wait - time.GetElapsedTime(began);
            if (run.EndedAt is not null || left <= TimeSpan.Zero)
            {
                return run;
            }

            Task pause = supervisor.Find(run.LastId) is { } active
                ? active.Ended.WaitAsync(left, time, cancellationToken)
                : Task.Delay(left < _lookInterval ? left : _lookInterval, time, cancellationToken);
            await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Cancels a run, and waits a little for it to end.</summary>
    /// <exception cref="ProxyException">There is no such run, or no way to reach it.</exception>
    public async Task<AgentRun> CancelAsync(string id, Caller caller, MemoryLease memory, CancellationToken cancellationToken)
    {
        var run = await LookAsync(id, caller, memory, cancellationToken);
        if (run.EndedAt is not null)
        {
            return run;
        }

        if (supervisor.Find(run.LastId) is { } active)
        {
            active.Cancel();
        }
        else
        {
            await AskAsync(async () =>
            {
                await store.RequestCancelAsync(run.LastId, cancellationToken);

                return true;
            });
        }

        return await FollowAsync(id, caller, _cancelTime, memory, cancellationToken);
    }

    /// <summary>Looks at a run, or at what it goes on as.</summary>
    private async Task<AgentRun> LookAsync(string id, Caller caller, MemoryLease memory, CancellationToken cancellationToken)
    {
        var run = await LookAtAsync(id, caller, memory, cancellationToken);
        if (run.LastId == id)
        {
            return run;
        }

        AgentRun last;
        try
        {
            last = await LookAtAsync(run.LastId, caller, memory, cancellationToken);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
        {
            last = supervisor.Lost(run);
        }

        return last with { Id = id, LastId = run.LastId, StartedAt = run.StartedAt };
    }

    private async Task<AgentRun> LookAtAsync(string id, Caller caller, MemoryLease memory, CancellationToken cancellationToken)
    {
        if (supervisor.Find(id) is { } active && caller.MayFollow(active.Facts.Owner))
        {
            return active.Ended.IsCompleted ? await active.Ended : active.ToRun();
        }

        var (run, isHeld) = await FindAsync(id, caller, memory, cancellationToken);
        if (run.EndedAt is not null || isHeld)
        {
            return run;
        }

        if (run.Facts is { Reference: { } reference } facts && facts.ToAgent(catalog, policy) is { Dialect: IResumableRuns } agent)
        {
            var joined = new ActiveRun(run.Id, facts, agent.Server.Subject, options.Timeout, budgets.Answers.Open());
            var updates = invoker.JoinAsync(agent, facts.ToCall() with { Memory = joined.Memory }, reference, joined.Deadline);

            return (await AskAsync(() => supervisor.TakeOverAsync(joined, updates, cancellationToken)))?.ToRun() ?? run;
        }

        await Task.Delay(_holderTime, time, cancellationToken);
        (run, isHeld) = await FindAsync(id, caller, memory, cancellationToken);

        return run.EndedAt is not null || isHeld ? run : await AskAsync(() => supervisor.LoseAsync(run, cancellationToken));
    }

    /// <exception cref="ProxyException">There is no such run of the caller's, or no way to find out.</exception>
    private async Task<(AgentRun Run, bool IsHeld)> FindAsync(string id, Caller caller, MemoryLease memory, CancellationToken cancellationToken)
    {
        var stored = await AskAsync(() => store.FindAsync(id, cancellationToken));

        if (!memory.TryTake(stored?.End?.Length ?? 0))
        {
            throw new ProxyException(
                ErrorKind.Busy,
                $"The proxy has no room for the answer of this run now. Ask again later; {memory.Budget.Setting} sets how much room there is.");
        }

        return stored is not null && Read(id, stored) is { } run && caller.MayFollow(run.Facts.Owner)
            ? (run, stored.IsHeld)
            : throw new ProxyException(
                ErrorKind.NotFound,
                $"There is no run '{RemoteText.Clean(id, 64)}' (any more). A run can be asked for until {options.Expiry.TotalMinutes:0} minutes after its "
                + "last change; MCP_RUN_EXPIRY_SECONDS sets that.");
    }

    /// <returns>The run, or <see langword="null"/> if what is stored is none: others may write to the store.</returns>
    private static AgentRun? Read(string id, StoredRun stored)
    {
        try
        {
            var facts = JsonSerializer.Deserialize(stored.Facts, RunsJsonContext.Default.RunFacts);
            if (facts is null || stored.End is null)
            {
                return facts is null ? null : new(id, facts, stored.TextSoFar ?? "", new CallOutcome.Running(id, facts.ThreadId));
            }

            var end = JsonSerializer.Deserialize(stored.End, RunsJsonContext.Default.RunEnd);
            if (end?.ToOutcome() is not { } outcome)
            {
                return null;
            }

            // Rejects lone surrogates here: the JSON writer would throw on them later.
            JsonSerializer.Serialize(Stream.Null, end, RunsJsonContext.Default.RunEnd);

            return new(id, facts, stored.TextSoFar ?? "", outcome, end.EndedAt) { LastId = stored.Next ?? id };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (BackendException exception)
        {
            throw new ProxyException(
                ErrorKind.BackendUnavailable, $"The run can't be followed now, though it goes on. {exception.Message} Then ask again.", exception);
        }
    }
}
