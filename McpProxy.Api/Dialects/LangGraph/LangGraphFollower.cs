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
    private const string FromTheBeginning = "-1";

    private readonly Rejoining _rejoining = new(runs.Server, call.AgentId);

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

            _rejoining.Ended(stream.WasSilent);
        }
    }

    private Task<AgentResponse> JoinAsync(CancellationToken cancellationToken)
        => _rejoining.OpenAsync(() => runs.JoinAsync(run!, stream.LastEventId ?? FromTheBeginning, call, cancellationToken), cancellationToken);

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
            return !AgentErrors.IsTransient(exception);
        }
    }
}
