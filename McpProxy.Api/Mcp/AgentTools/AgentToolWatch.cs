using System.Runtime.CompilerServices;
using McpProxy.Api.Agents;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.AgentTools;

/// <summary>
/// Asks the servers for their agents again and again, so that the list of tools is there when it is wanted, and tells who follows it of changes.
/// </summary>
internal sealed partial class AgentToolWatch(
    AgentToolList tools, AgentOptions options, IServiceProvider services, ILogger<AgentToolWatch> logger) : BackgroundService
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(Math.Clamp(options.AgentCacheSeconds, 1, 60));
    private readonly SemaphoreSlim _wake = new(0);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<AgentTool> _last = [];
    private volatile bool _isDue = true;

    /// <summary>Looks at once: which servers there are has changed.</summary>
    public void Look()
    {
        _isDue = true;
        _wake.Release();
    }

    /// <summary>Follows the list that a caller sees.</summary>
    /// <returns><see langword="false"/> once the beginning is known, and then <see langword="true"/> for each change.</returns>
    public async IAsyncEnumerable<bool> FollowAsync(Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changed = Volatile.Read(ref _changed).Task;
        var known = await tools.GetPublishedAsync(caller, cancellationToken);
        yield return false;
        while (true)
        {
            await changed.WaitAsync(cancellationToken);
            changed = Volatile.Read(ref _changed).Task;
            var now = await tools.GetPublishedAsync(caller, cancellationToken);
            if (!AreSame(now, known))
            {
                known = now;
                yield return true;
            }
        }
    }

    /// <summary>Runs a session, and tells its client of changes. Clients of the newest revision have to ask for that.</summary>
    public async Task RunAsync(McpServer server, Caller caller, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var telling = server.SessionId is null ? Task.CompletedTask : TellAsync(server, caller, ended.Token);
        try
        {
            await server.RunAsync(cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await telling;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Over stdio there is one client, from the beginning to the end.
        var telling = services.GetService<McpServer>() is { } server ? TellAsync(server, Caller.Anyone, stoppingToken) : Task.CompletedTask;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AnnounceAsync(stoppingToken);
                if (_isDue)
                {
                    _isDue = false;
                    foreach (var asking in await tools.AskAsync(stoppingToken))
                    {
                        _ = WakeAfterAsync(asking);
                    }
                }

                _isDue |= !await _wake.WaitAsync(_interval, stoppingToken);
                while (_wake.Wait(0, stoppingToken))
                {
                    // One look is enough for all changes before it.
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(exception);
                await Task.Delay(_interval, stoppingToken);
            }
        }

        await telling;
    }

    /// <summary>Looks again when a server has answered, so that one that hangs holds up no news of the others.</summary>
    private async Task WakeAfterAsync(Task asking)
    {
        await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wake.Release();
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        var now = await tools.GetAllAsync(Caller.Anyone, cancellationToken);
        if (!AreSame(now, _last))
        {
            _last = now;
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private async Task TellAsync(McpServer server, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var hasChanged in FollowAsync(caller, cancellationToken))
            {
                if (hasChanged && server.NegotiatedProtocolVersion is { } revision && !ClientMessage.IsStateless(revision))
                {
                    await server.SendNotificationAsync(NotificationMethods.ToolListChangedNotification, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session has ended.
        }
        catch (Exception exception)
        {
            LogFailure(exception);
        }
    }

    private static bool AreSame(IEnumerable<AgentTool> some, IEnumerable<AgentTool> others)
        => some.Select(tool => tool.Facts).SequenceEqual(others.Select(tool => tool.Facts));

    [LoggerMessage(LogLevel.Warning, "Clients could not be told which agents are tools now.")]
    private partial void LogFailure(Exception exception);
}
