using System.Runtime.CompilerServices;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>
/// Reads what a run says until it is over. A connection that ends before is replaced by another that goes on where it ended: the run itself does not
/// notice, and is never started again.
/// </summary>
internal sealed class LangGraphFollower(LangGraphRuns runs, AgentCall call, LangGraphRunId? run, LangGraphStream stream)
{
    private const int MaxFailures = 5;
    private const string FromTheBeginning = "-1";

    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    private TimeSpan _pause = TimeSpan.Zero;

    /// <param name="first">The connection there is already, if there is one. Its owner disposes of it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AgentUpdate> FollowAsync(AgentResponse? first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var response = first; ; response = null)
        {
            using var joined = response is null ? await JoinAsync(cancellationToken) : null;
            await foreach (var update in stream.ReadAsync(await OpenAsync(response ?? joined!, cancellationToken), cancellationToken))
            {
                yield return update;
            }

            if (await IsOverAsync(cancellationToken))
            {
                yield break;
            }

            if (run is null || !stream.CanGoOn)
            {
                throw stream.Break ?? AgentErrors.AgentBrokeOff(runs.Server, call.AgentId);
            }

            _pause = stream.WasSilent ? Longer(_pause) : _shortestPause;
        }
    }

    /// <summary>A server that can't be joined for a while may be on its way back. One that could be joined is given as much time as the call has.</summary>
    private async Task<AgentResponse> JoinAsync(CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            await Task.Delay(_pause, cancellationToken);
            try
            {
                return await runs.JoinAsync(run!, stream.LastEventId ?? FromTheBeginning, call, cancellationToken);
            }
            catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
            {
                throw LangGraphErrors.Gone(runs.Server, call);
            }
            catch (ProxyException exception) when (LangGraphErrors.IsTransient(exception))
            {
                if (failures == MaxFailures)
                {
                    throw LangGraphErrors.Lost(runs.Server, call, exception);
                }

                _pause = Longer(_pause);
            }
        }
    }

    private async Task<Stream> OpenAsync(AgentResponse response, CancellationToken cancellationToken)
        => response.MediaType is "text/event-stream" ? await response.OpenAsync(cancellationToken) : throw LangGraphErrors.NotLangGraph(runs.Server);

    /// <summary>What ends a connection in the middle of a run may do so properly, and a state may be one on the way: so the server is asked.</summary>
    private async Task<bool> IsOverAsync(CancellationToken cancellationToken)
    {
        if (stream.Error is not null || (stream.Break is null && run is null))
        {
            return true;
        }

        if (stream.Break is not null)
        {
            return false;
        }

        try
        {
            var known = await runs.ReadAsync(run!, cancellationToken);
            if (known.HasFailed && stream.WasSilent && stream.State is not { IsInterrupted: true })
            {
                stream.Error = new(known.Status);
            }

            return !known.IsActive && (stream.WasSilent || (stream.EndsWithState && !known.HasFailed));
        }
        catch (ProxyException exception)
        {
            // A server that does not show the run, or not to us, can't be asked any further.
            return !LangGraphErrors.IsTransient(exception);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause >= _longestPause / 2 ? _longestPause : pause < _shortestPause ? _shortestPause : pause * 2;
}
