using System.Text.Json;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs.Storage;
using McpProxy.Api.Text;

namespace McpProxy.Api.Runs;

/// <summary>Finds out about runs, whichever replica they were begun on, and cancels them.</summary>
internal sealed class RunFollower(
    RunSupervisor keeper,
    IRunStore store,
    AgentInvoker caller,
    AgentCatalog listings,
    ServerUrlPolicy policy,
    MemoryBudgets budgets,
    RunOptions options,
    TimeProvider time)
{
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>A replica that could not reach the backend says within this time that it still holds a run, or how that ended.</summary>
    private static readonly TimeSpan GraceOfHolders = TimeSpan.FromSeconds(7);

    /// <summary>Finds out how a run stands, and waits for its end if it has not ended.</summary>
    /// <exception cref="ProxyException">There is no such run, or no way to find out.</exception>
    public async Task<AgentRun> FollowAsync(string id, TimeSpan patience, MemoryLease memory, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            var run = await LookAsync(id, memory, cancellationToken);
            var left = patience - time.GetElapsedTime(began);
            if (run.End is not null || left <= TimeSpan.Zero)
            {
                await stop.CancelAsync();

                return run;
            }

            var live = keeper.Find(id);
            var pause = Task.Delay(live is null && left > LookInterval ? LookInterval : left, time, stop.Token);
            await Task.WhenAny(pause, live?.Answer ?? pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Cancels a run, and waits a little for it to end.</summary>
    /// <exception cref="ProxyException">There is no such run, or no way to reach it.</exception>
    public async Task<AgentRun> CancelAsync(string id, MemoryLease memory, CancellationToken cancellationToken)
    {
        var run = await LookAsync(id, memory, cancellationToken);
        if (run.End is not null)
        {
            return run;
        }

        if (keeper.Find(id) is { } live)
        {
            live.Cancel();
        }
        else
        {
            await AskAsync(async () =>
            {
                await store.RequestCancelAsync(id, cancellationToken);

                return true;
            });
        }

        return await FollowAsync(id, CancelPatience, memory, cancellationToken);
    }

    private async Task<AgentRun> LookAsync(string id, MemoryLease memory, CancellationToken cancellationToken)
    {
        if (keeper.Find(id) is { } live)
        {
            return live.ToRun(live.Answer.IsCompleted ? await keeper.EndOfAsync(live) : null);
        }

        var (run, isHeld) = await FindAsync(id, memory, cancellationToken);
        if (run.End is not null || isHeld)
        {
            return run;
        }

        if (JoinableRun(run) is { } joinable)
        {
            return (await AskAsync(() => keeper.TakeOverAsync(joinable.Run, joinable.Start, cancellationToken)))?.ToRun() ?? run;
        }

        await Task.Delay(GraceOfHolders, time, cancellationToken);
        (run, isHeld) = await FindAsync(id, memory, cancellationToken);

        return run.End is not null || isHeld ? run : run with { End = await AskAsync(() => keeper.LoseAsync(id, cancellationToken)) };
    }

    /// <exception cref="ProxyException">There is no such run, or no way to find out.</exception>
    private async Task<(AgentRun Run, bool IsHeld)> FindAsync(string id, MemoryLease memory, CancellationToken cancellationToken)
    {
        var stored = await AskAsync(() => store.FindAsync(id, cancellationToken));

        if (!memory.TryTake(stored?.End?.Length ?? 0))
        {
            throw new ProxyException(
                ErrorKind.Busy,
                $"The proxy has no room for the answer of this run now. Ask again later; {memory.Budget.Setting} sets how much room there is.");
        }

        return stored is not null && Read(id, stored) is { } run
            ? (run, stored.IsHeld)
            : throw new ProxyException(
                ErrorKind.NotFound,
                $"There is no run '{RemoteText.Clean(id, 64)}' (any more). A run can be asked for until {options.Expiry.TotalMinutes:0} minutes after its last change; "
                + "MCP_RUN_EXPIRY_SECONDS sets that.");
    }

    /// <returns>The run, or <see langword="null"/> if what is stored is none: what is read here, anybody may have written.</returns>
    private static AgentRun? Read(string id, StoredRun stored)
    {
        try
        {
            var facts = JsonSerializer.Deserialize(stored.Facts, RunsJsonContext.Default.RunFacts);
            var end = stored.End is { } text ? JsonSerializer.Deserialize(text, RunsJsonContext.Default.RunEnd) : null;
            if (facts is null
                || end is { Status: RunStatus.Running } or { Status: RunStatus.Completed, Reply: null } or { Status: RunStatus.Failed or RunStatus.Lost, Problem: null })
            {
                return null;
            }

            if (end is not null)
            {
                // Half a character in a text is only noticed by whoever passes it on.
                JsonSerializer.Serialize(Stream.Null, end, RunsJsonContext.Default.RunEnd);
            }

            return new(id, facts, stored.Words ?? "", end);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <returns>A run that joins the one that is stored once it is started, or <see langword="null"/> if that can't be joined.</returns>
    private (ActiveRun Run, Action Start)? JoinableRun(AgentRun run)
    {
        if (run.Facts is not { Reference: { } reference } facts || facts.ToServer(policy) is not { } server || listings.ClientFor(server) is not IResumableRuns)
        {
            return null;
        }

        var agent = new ResolvedAgent(server, facts.AgentId, listings.ClientFor(server), facts.Resolution);
        var joined = new ActiveRun(run.Id, facts, token => new(server.Subject, options.Timeout, token, time), _ => { }, budgets.Answers.Open(), CancellationToken.None);

        var call = facts.ToCall() with { Memory = joined.Memory };

        return (joined, () => joined.Start((onUpdate, deadline) => caller.JoinAsync(agent, call, reference, onUpdate, deadline)));
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (BackendException exception)
        {
            throw new ProxyException(ErrorKind.BackendUnavailable, $"The run can't be followed now, though it goes on. {exception.Message} Then ask again.", exception);
        }
    }
}
