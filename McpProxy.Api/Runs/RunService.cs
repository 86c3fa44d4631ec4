using System.Buffers.Text;
using System.Security.Cryptography;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;
using McpProxy.Api.Redis;
using McpProxy.Api.Text;

namespace McpProxy.Api.Runs;

/// <summary>Calls agents, and lets a call go on as a run when its client does not want to wait for it, or can't.</summary>
internal sealed partial class RunService(
    AgentInvoker caller,
    RunSupervisor keeper,
    MemoryBudgets budgets,
    AgentOptions callOptions,
    RunOptions options,
    TimeProvider time,
    ILogger<RunService> logger)
{
    private static readonly TimeSpan AcceptPatience = TimeSpan.FromSeconds(1);

    /// <summary>Calls an agent.</summary>
    /// <param name="agent">Whom to call.</param>
    /// <param name="call">What to send.</param>
    /// <param name="background">Whether the client does not wait for the answer.</param>
    /// <param name="memory">Takes over what the answer takes of the memory for answers.</param>
    /// <param name="onText">Hears the agent's words.</param>
    /// <param name="cancellationToken">Cancels the call, until it is a run.</param>
    /// <returns>The answer, or the handle of the run that will have it.</returns>
    public async Task<(AgentAnswer? Answer, AgentRun? Run)> CallAsync(
        ResolvedAgent agent, AgentCall call, bool background, MemoryLease memory, Action<string?> onText, CancellationToken cancellationToken)
    {
        var limit = background ? options.Timeout : callOptions.CallTimeout;
        var run = new ActiveRun(
            NewId(), RunFacts.Of(agent, call, Now), token => new(agent.Server.Subject, limit, token, time), onText, budgets.Answers.Open(), cancellationToken);
        if (background)
        {
            // Before anything is sent: what can't be followed is not begun.
            await RememberAsync(run, cancellationToken);
        }

        run.Start((onUpdate, deadline) => caller.CallAsync(agent, call with { Memory = run.Memory }, onUpdate, deadline));
        if (background)
        {
            await Task.WhenAny(run.Accepted, Task.Delay(AcceptPatience, time, CancellationToken.None));
        }
        else if (options.SwitchAfter is not { } patience || await EndsWithinAsync(run, patience) || !await TryRememberAsync(run))
        {
            return await AnswerAsync(run, memory);
        }

        if (run.Answer.IsFaulted)
        {
            // Refused at once: nobody needs to ask for it later.
            keeper.Keep(run);

            return (await run.Answer, null);
        }

        run.Detach(options.Timeout);
        keeper.Keep(run);
        await TryRememberAsync(run);

        return (null, run.ToRun());
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static string NewId() => $"run_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16))}";

    private async Task<bool> EndsWithinAsync(ActiveRun run, TimeSpan limit)
    {
        using var stop = new CancellationTokenSource();
        var first = await Task.WhenAny(run.Answer, Task.Delay(limit, time, stop.Token));
        await stop.CancelAsync();

        return first == run.Answer;
    }

    private static async Task<(AgentAnswer? Answer, AgentRun? Run)> AnswerAsync(ActiveRun run, MemoryLease memory)
    {
        using (run)
        {
            var answer = await run.Answer;
            memory.TakeOver(run.Memory);

            return (answer, null);
        }
    }

    private async Task RememberAsync(ActiveRun run, CancellationToken cancellationToken)
    {
        try
        {
            await keeper.RememberAsync(run, cancellationToken);
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
            await keeper.RememberAsync(run, CancellationToken.None);

            return true;
        }
        catch (Exception exception) when (exception is BackendException or ProxyException)
        {
            LogNotRemembered(RemoteText.Clean(run.Facts.QualifiedId, 200), exception);

            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "A call of {AgentId} could not be remembered as a run.")]
    private partial void LogNotRemembered(string? agentId, Exception exception);
}
