using System.Collections.Concurrent;
using System.Text.Json;
using McpProxy.Api.Errors;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs.Storage;
using McpProxy.Api.Text;

namespace McpProxy.Api.Runs;

/// <summary>Keeps the runs that this process waits for: says again and again that it does, hears when one is to be cancelled, and records how each ended.</summary>
internal sealed partial class RunSupervisor(IRunStore store, RunOptions options, TimeProvider time, ILogger<RunSupervisor> logger) : IHostedService
{
    private const string Lost =
        "The replica that waited for this answer is gone. The agent may have done its work, or a part of it, and was not asked again. "
        + "Call it again only if doing things twice does no harm.";

    private static readonly TimeSpan HoldInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ActiveRun> _runs = new();
    private readonly string _holder = Guid.NewGuid().ToString("N");
    private volatile bool _isStopping;

    public ActiveRun? Find(string id) => _runs.GetValueOrDefault(id);

    /// <summary>Remembers a run, or what is known better of it now.</summary>
    public Task RememberAsync(ActiveRun run, CancellationToken cancellationToken)
        => store.PutAsync(run.Id, JsonSerializer.Serialize(run.Facts, RunsJsonContext.Default.RunFacts), _holder, cancellationToken);

    /// <summary>Keeps a run that was started, from now until its end is recorded.</summary>
    public void Keep(ActiveRun run)
    {
        _runs[run.Id] = run;
        using (ExecutionContext.SuppressFlow())
        {
            // Not a part of the request that it came with, nor of its trace.
            _ = Task.Run(() => KeepToItsEndAsync(run));
        }
    }

    /// <summary>Starts to wait for a run that nobody waits for any more.</summary>
    /// <returns>The run, or the same that was taken over at the same time; <see langword="null"/> if another replica was faster.</returns>
    public async Task<ActiveRun?> TakeOverAsync(ActiveRun run, Action start, CancellationToken cancellationToken)
    {
        if (!(await store.HoldAsync(run.Id, _holder, null, cancellationToken)).IsHeld || !_runs.TryAdd(run.Id, run))
        {
            run.Dispose();

            return Find(run.Id);
        }

        start();
        Keep(run);
        LogTakenOver(run.Id, RemoteText.Clean(run.Facts.QualifiedId, 200));

        return run;
    }

    /// <summary>Records that nobody waits for a run any more, nor can.</summary>
    /// <returns>The end it has now, unless it had another already.</returns>
    public async Task<RunEnd> LoseAsync(string id, CancellationToken cancellationToken)
    {
        var end = new RunEnd(RunStatus.Lost, Now, null, Lost);
        await store.EndAsync(id, JsonSerializer.Serialize(end, RunsJsonContext.Default.RunEnd), cancellationToken);

        return end;
    }

    /// <summary>How a run ended whose answer is there, or is never to come.</summary>
    public async Task<RunEnd> EndOfAsync(ActiveRun run)
    {
        try
        {
            var answer = await run.Answer;

            return new(answer.Failure is null ? RunStatus.Completed : RunStatus.Failed, Now, answer.Reply, answer.Failure?.Message);
        }
        catch (OperationCanceledException)
        {
            return new(RunStatus.Cancelled, Now);
        }
        catch (ProxyException exception)
        {
            return new(RunStatus.Failed, Now, null, exception.Message);
        }
        catch (Exception exception)
        {
            LogBug(run.Id, exception);

            return new(RunStatus.Failed, Now, null, "The proxy failed while it waited for the answer. Its log says why; the agent may have done its work.");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives every run up, those that can be joined to whoever asks for them next.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        foreach (var run in _runs.Values.Where(run => !run.Answer.IsCompleted))
        {
            try
            {
                await (run.Facts.Reference is null ? LoseAsync(run.Id, cancellationToken) : store.ReleaseAsync(run.Id, _holder, cancellationToken));
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
            // Nobody waits for this, so nobody else would tell.
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
        var (stored, words) = (default(RunFacts), "");
        while (await Task.WhenAny(run.Answer, Task.Delay(HoldInterval, time)) != run.Answer)
        {
            if (_isStopping)
            {
                return;
            }

            try
            {
                var facts = run.Facts;
                if (facts != stored)
                {
                    await RememberAsync(run, CancellationToken.None);
                    stored = facts;
                }

                var said = run.Words;
                if ((await store.HoldAsync(run.Id, _holder, said == words ? null : said, CancellationToken.None)).IsCancelRequested)
                {
                    run.Cancel();
                }

                words = said;
            }
            catch (Exception exception) when (exception is BackendException or ProxyException)
            {
                LogNotKept(run.Id, exception);
            }
        }
    }

    /// <summary>While the end can't be recorded, this process is the only one that knows it.</summary>
    private async Task RecordEndAsync(ActiveRun run)
    {
        var end = JsonSerializer.Serialize(await EndOfAsync(run), RunsJsonContext.Default.RunEnd);
        var began = time.GetTimestamp();
        while (!_isStopping && time.GetElapsedTime(began) < options.Expiry)
        {
            try
            {
                await store.EndAsync(run.Id, end, CancellationToken.None);

                return;
            }
            catch (ProxyException exception)
            {
                LogNotKept(run.Id, exception);
                end = JsonSerializer.Serialize(new RunEnd(RunStatus.Failed, Now, null, exception.Message), RunsJsonContext.Default.RunEnd);
            }
            catch (BackendException exception)
            {
                LogNotKept(run.Id, exception);
                await Task.Delay(HoldInterval, time);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Waits for run {RunId} of {AgentId}, whose replica is gone.")]
    private partial void LogTakenOver(string runId, string? agentId);

    [LoggerMessage(LogLevel.Warning, "What is known of run {RunId} could not be stored.")]
    private partial void LogNotKept(string runId, Exception exception);

    [LoggerMessage(LogLevel.Error, "Run {RunId} ended in a way that it should not.")]
    private partial void LogBug(string runId, Exception exception);
}
