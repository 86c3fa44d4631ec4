using System.Collections.Concurrent;
using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs.History;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Api.Runs;

/// <summary>
/// Looks after the runs that this process waits for: renews their leases, cancels those that somebody wants cancelled, and records how each ended.
/// </summary>
internal sealed partial class RunSupervisor(
    IRunStore store,
    Conversations conversations,
    RunOptions options,
    TimeProvider time,
    ILogger<RunSupervisor> logger,
    CallHistory? history = null) : IHostedService
{
    public const string WhyLost =
        "The replica that waited for this answer is gone. The agent may have done its work, or a part of it, and was not asked again. "
        + "Call it again only if doing things twice does no harm.";

    private static readonly TimeSpan _holdInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ActiveRun> _runs = new();
    private readonly string _holder = Guid.NewGuid().ToString("N");
    private volatile bool _isStopping;

    public ActiveRun? Find(string id) => _runs.GetValueOrDefault(id);

    /// <summary>Stores a run, or what has changed of it.</summary>
    public Task RememberAsync(ActiveRun run, CancellationToken cancellationToken)
        => store.PutAsync(run.Id, Format(run.Facts), _holder, cancellationToken);

    /// <summary>Keeps a run that was started, from now until its end is recorded.</summary>
    public void Keep(ActiveRun run)
    {
        _runs[run.Id] = run;
        using (ExecutionContext.SuppressFlow())
        {
            // Apart from the request that it came with, and from its trace.
            _ = Task.Run(() => KeepToItsEndAsync(run));
        }
    }

    /// <summary>Takes over a run whose replica is gone.</summary>
    /// <returns>The run, also if another request took it over meanwhile; <see langword="null"/> if another replica was faster.</returns>
    public async Task<ActiveRun?> TakeOverAsync(ActiveRun run, IAsyncEnumerable<AgentUpdate> updates, CancellationToken cancellationToken)
    {
        if (!(await store.HoldAsync(run.Id, _holder, null, cancellationToken)).IsHeld || !_runs.TryAdd(run.Id, run))
        {
            run.Dispose();

            return Find(run.Id);
        }

        history?.Begin(run, isBackground: true);
        run.Start(updates);
        Keep(run);
        LogTakenOver(run.Id, RemoteText.Clean(run.Facts.QualifiedId, 200));

        return run;
    }

    /// <summary>Records that a run is lost: its replica is gone, and it can't be joined from here.</summary>
    /// <returns>The run as it is now, unless it had ended already.</returns>
    public async Task<AgentRun> LoseAsync(AgentRun run, CancellationToken cancellationToken)
    {
        var lost = Lost(run);
        await store.EndAsync(run.Id, Format(lost), cancellationToken);

        return lost;
    }

    /// <returns>A run of which nothing more can be found out.</returns>
    public AgentRun Lost(AgentRun run) => run with { Outcome = new CallOutcome.Lost(new(ErrorKind.Interrupted, WhyLost)), EndedAt = Now };

    /// <summary>Records a run that ends without having begun.</summary>
    public async Task RecordAsync(string id, RunFacts facts, CallOutcome outcome)
    {
        await store.PutAsync(id, Format(facts), _holder, CancellationToken.None);
        await store.EndAsync(id, Format(new AgentRun(id, facts, "", outcome, Now)), CancellationToken.None);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Gives up every run. One that can be joined is taken over by the next replica that is asked for it, and one that has ended, but could not be
    /// recorded yet, is recorded.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        foreach (var run in _runs.Values.Where(run => run.Ended.IsCompleted || !run.Outcome.IsCompleted))
        {
            try
            {
                await (run.Ended.IsCompleted ? store.EndAsync(run.Id, Format(await run.Ended), cancellationToken)
                    : run.Facts.Reference is null ? LoseAsync(run.ToRun(), cancellationToken)
                    : store.ReleaseAsync(run.Id, _holder, cancellationToken));
            }
            catch (BackendException exception)
            {
                LogNotKept(run.Id, exception);
            }
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task KeepToItsEndAsync(ActiveRun run)
    {
        try
        {
            await KeepAsync(run);
            await RecordEndAsync(run);
        }
        catch (Exception exception)
        {
            // Nothing awaits this task, so an exception would go unseen.
            LogBug(run.Id, exception);
        }
        finally
        {
            _runs.TryRemove(run.Id, out _);
            run.Dispose();
        }
    }

    private async Task KeepAsync(ActiveRun run)
    {
        var (storedFacts, storedText) = (default(RunFacts), "");
        while (await Task.WhenAny(run.Outcome, Task.Delay(_holdInterval, time)) != run.Outcome)
        {
            if (_isStopping)
            {
                return;
            }

            try
            {
                var (facts, text) = (run.Facts, run.TextSoFar);
                if (facts != storedFacts)
                {
                    await RememberAsync(run, CancellationToken.None);
                    storedFacts = facts;
                }

                if ((await store.HoldAsync(run.Id, _holder, text == storedText ? null : text, CancellationToken.None)).IsCancelRequested)
                {
                    run.Cancel();
                }

                storedText = text;
            }
            catch (Exception exception) when (exception is BackendException or ProxyException)
            {
                LogNotKept(run.Id, exception);
            }
        }
    }

    private async Task<CallOutcome> OutcomeAsync(ActiveRun run)
    {
        try
        {
            return await run.Outcome;
        }
        catch (Exception exception)
        {
            LogBug(run.Id, exception);

            return new CallOutcome.Failed(
                new(ErrorKind.Interrupted, "The proxy failed while it waited for the answer. Its log says why; the agent may have done its work."));
        }
    }

    /// <summary>Tries again while the backend fails: nobody else knows how the run ended.</summary>
    private async Task RecordEndAsync(ActiveRun run)
    {
        var end = run.ToRun() with { Outcome = await OutcomeAsync(run), EndedAt = Now };
        await conversations.KeepAsync(end.Facts.After(end.Outcome));
        var began = time.GetTimestamp();
        while (!_isStopping && time.GetElapsedTime(began) < options.Expiry)
        {
            try
            {
                await store.EndAsync(run.Id, Format(end), CancellationToken.None);
                break;
            }
            catch (ProxyException exception)
            {
                LogNotKept(run.Id, exception);
                end = end with { Outcome = new CallOutcome.Failed(exception) };
            }
            catch (BackendException exception)
            {
                LogNotKept(run.Id, exception);
                run.End(end);
                await Task.Delay(_holdInterval, time);
            }
        }

        run.End(end);
    }

    private static string Format(RunFacts facts) => JsonSerializer.Serialize(facts, RunsJsonContext.Default.RunFacts);

    private static string Format(AgentRun end) => JsonSerializer.Serialize(RunEnd.Of(end), RunsJsonContext.Default.RunEnd);

    [LoggerMessage(LogLevel.Information, "Took over run {RunId} of {AgentId}: its replica is gone.")]
    private partial void LogTakenOver(string runId, string? agentId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} could not be stored.")]
    private partial void LogNotKept(string runId, Exception exception);

    [LoggerMessage(LogLevel.Error, "Run {RunId} failed unexpectedly.")]
    private partial void LogBug(string runId, Exception exception);
}
