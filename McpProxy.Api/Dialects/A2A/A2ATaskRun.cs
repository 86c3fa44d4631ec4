using System.Net;
using System.Runtime.CompilerServices;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>
/// Follows what an agent does about a call until it is over. A connection that ends before is replaced by another, or the server is asked from time to time:
/// the task itself does not notice. One that is left before its end is cancelled, as the end of a connection does not do that.
/// </summary>
internal sealed partial class A2ATaskRun(AgentHttpClient http, A2AAgent agent, AgentCall call, A2AAnswer answer, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);

    private readonly Rejoining _rejoining = new(agent.Server, call.AgentId);
    private bool _streams = agent.Streams;
    private bool _isGone;

    /// <summary>Whether the call itself is answered with events. What nobody waits for must not end with a connection, as it does on some servers.</summary>
    private bool SendsForEvents => _streams && !call.IsBackground;

    /// <summary>Sends the call, once: an agent that does not stream after all has refused it before it is sent in another way.</summary>
    /// <param name="thread">The conversation, and the task that waits for this.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    public async IAsyncEnumerable<AgentUpdate> SendAsync(A2AThread thread, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isSent = false; !isSent;)
        {
            var wanted = SendsForEvents;
            using var response = await OpenAsync(thread, cancellationToken);
            if (response is not null)
            {
                await foreach (var update in ReadAsync(response, cancellationToken))
                {
                    yield return update;
                }
            }

            isSent = wanted == SendsForEvents || !answer.IsUnknown;
        }

        if (answer.IsUnknown)
        {
            throw AgentErrors.AgentBrokeOff(agent.Server, call.AgentId);
        }
    }

    /// <summary>Reads on until it is over.</summary>
    public async IAsyncEnumerable<AgentUpdate> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.Zero; !answer.IsOver;)
        {
            using var response = _streams
                ? await _rejoining.OpenAsync(() => SubscribeAsync(agent.Subscribe(answer.TaskId!), cancellationToken), cancellationToken)
                : null;
            if (response is not null)
            {
                await foreach (var update in ReadAsync(response, cancellationToken))
                {
                    yield return update;
                }

                continue;
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause == TimeSpan.Zero ? _shortestPause : pause < _longestPause / 2 ? pause * 2 : _longestPause;
            var task = await _rejoining.OpenAsync(() => LookAsync(answer.TaskId!, cancellationToken), cancellationToken);
            if (answer.Take(new A2AEvent(task)) is { } news)
            {
                yield return news;
            }

            _rejoining.Ended(wasSilent: false);
        }
    }

    /// <summary>A task as it is now.</summary>
    public async Task<A2ATask> LookAsync(string taskId, CancellationToken cancellationToken)
    {
        var found = await http.GetAsync(agent.Server, agent.Get(taskId), A2AJsonContext.Default.JsonElement, call.Caller, cancellationToken);

        return agent.ToEvent(found).Task is { Status: not null } task ? task : throw A2AErrors.NotA2A(agent.Server);
    }

    public async ValueTask DisposeAsync()
    {
        if (answer.TaskId is null || answer.IsOver || _isGone)
        {
            return;
        }

        try
        {
            await http.TellAsync(agent.Server, agent.Cancel(answer.TaskId), call.Caller);
        }
        catch (ProxyException exception)
        {
            // It may have ended meanwhile.
            if (exception.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.BadRequest))
            {
                LogMayGoOn(agent.Server.Name, exception.Message);
            }
        }
    }

    /// <returns>The events of the task, the first of which is the whole of it; <see langword="null"/> if it has none, now or ever.</returns>
    private async Task<AgentResponse?> SubscribeAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.FollowAsync(agent.Server, request, call.Caller, call.Memory, cancellationToken);
        }
        catch (ProxyException exception) when (exception.Status is HttpStatusCode.MethodNotAllowed && request.Method == HttpMethod.Post)
        {
            return await SubscribeAsync(request with { Method = HttpMethod.Get, Body = null }, cancellationToken);
        }
        catch (ProxyException exception) when (A2AErrors.HasNoEvents(exception))
        {
            _streams = false;

            return null;
        }
    }

    /// <returns>The response to the call; <see langword="null"/> if the agent does not stream.</returns>
    private async Task<AgentResponse?> OpenAsync(A2AThread thread, CancellationToken cancellationToken)
    {
        var parameters = A2ARequest.Parameters(agent.Interface, call, thread, waits: !call.IsBackground);
        try
        {
            return await http.CallAsync(
                agent.Server, agent.Send(parameters, SendsForEvents), call.Caller, call.Hops + 1, call.Memory, cancellationToken);
        }
        catch (ProxyException exception) when (SendsForEvents && A2AErrors.IsNoMethod(exception))
        {
            _streams = false;

            return null;
        }
        catch (ProxyException exception)
        {
            throw A2AErrors.Explain(agent, call, exception);
        }
    }

    /// <summary>Reads one connection, until it ends or breaks.</summary>
    private async IAsyncEnumerable<AgentUpdate> ReadAsync(AgentResponse response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wasSilent = true;
        await using var events = agent.ReadAsync(response, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (!answer.IsOver && await MoveNextAsync(events))
        {
            if (answer.Take(events.Current) is { } update)
            {
                wasSilent = false;
                yield return update;
            }
        }

        _rejoining.Ended(wasSilent);
    }

    private async Task<bool> MoveNextAsync(IAsyncEnumerator<A2AEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (ProxyException exception) when (AgentErrors.IsCut(exception) && answer.TaskId is not null)
        {
            return false;
        }
        catch (ProxyException exception) when (answer.IsUnknown
            ? SendsForEvents && A2AErrors.IsNoMethod(exception)
            : _streams && A2AErrors.IsUnsupported(exception))
        {
            // Some servers say in an event that there are none.
            _streams = false;

            return false;
        }
        catch (ProxyException exception) when (answer.IsUnknown)
        {
            throw A2AErrors.Explain(agent, call, exception);
        }
        catch (ProxyException exception) when (A2AErrors.IsNoTask(exception))
        {
            _isGone = true;

            throw AgentErrors.Gone(agent.Server, call.AgentId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A task on agent server {ServerName} that nobody waits for any more may go on: {Reason}")]
    private partial void LogMayGoOn(string serverName, string reason);
}
