using System.Net;
using System.Runtime.CompilerServices;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>
/// Reads what a run says until it is over. Where it goes on without its connection, one that ends before is replaced by another, or the server is asked
/// again and again where it gives no events a second time.
/// </summary>
internal sealed class OpenAIFollower(OpenAIRun run, OpenAIReply reply, OpenAIStream stream)
{
    private readonly Rejoining _rejoining = new(run.Server, run.Call.AgentId);
    private bool _asks;

    /// <param name="first">The connection there is already, if there is one. Its owner disposes of it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AgentUpdate> FollowAsync(AgentResponse? first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var response = first; ; response = null)
        {
            using var joined = response is null ? await _rejoining.OpenAsync(() => JoinAsync(cancellationToken), cancellationToken) : null;
            var isSilent = true;
            await foreach (var update in ReadAsync(response ?? joined!, cancellationToken))
            {
                isSilent = false;
                yield return update;
            }

            if (reply.IsOver)
            {
                yield break;
            }

            if (!run.GoesOn)
            {
                throw stream.Break ?? AgentErrors.AgentBrokeOff(run.Server, run.Call.AgentId);
            }

            // A server that does not know the run may give an empty stream of it.
            _asks |= joined is not null && stream is { WasSilent: true, Break: null };
            _rejoining.Ended(isSilent);
        }
    }

    private async IAsyncEnumerable<AgentUpdate> ReadAsync(AgentResponse response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (response.MediaType is "text/event-stream")
        {
            await foreach (var update in stream.ReadAsync(await response.OpenAsync(cancellationToken), cancellationToken))
            {
                yield return update;
            }

            yield break;
        }

        reply.Take(await response.ReadAsync(OpenAIJsonContext.Default.JsonElement, cancellationToken));
        foreach (var update in reply.Rest())
        {
            yield return update;
        }
    }

    private async Task<AgentResponse> JoinAsync(CancellationToken cancellationToken)
    {
        if (!_asks)
        {
            try
            {
                return await run.JoinAsync(stream.Position, cancellationToken);
            }
            catch (ProxyException exception) when (exception.Status
                is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotImplemented)
            {
                _asks = true;
            }
        }

        return await run.LookAsync(cancellationToken);
    }
}
