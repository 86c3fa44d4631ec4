using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>
/// Opens again what goes on by itself on an agent server, after its connection ended too early. A server that can't be reached for a while may be on its
/// way back; one that can is given as much time as the call has.
/// </summary>
internal sealed class Rejoining(AgentServer server, string agentId)
{
    private const int MaxFailures = 5;

    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    private TimeSpan _pause = TimeSpan.Zero;

    /// <param name="open">Opens it. It has no consequences.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProxyException">It is not there any more, or its server could not be reached.</exception>
    public async Task<T> OpenAsync<T>(Func<Task<T>> open, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            await Task.Delay(_pause, cancellationToken);
            try
            {
                return await open();
            }
            catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
            {
                throw AgentErrors.Gone(server, agentId);
            }
            catch (ProxyException exception) when (AgentErrors.IsTransient(exception))
            {
                if (failures == MaxFailures)
                {
                    throw AgentErrors.Lost(server, agentId, exception);
                }

                _pause = Longer(_pause);
            }
        }
    }

    /// <summary>Says that what was opened has ended, though it is not over: the next time is soon, unless nothing came of it.</summary>
    public void Ended(bool wasSilent) => _pause = wasSilent ? Longer(_pause) : _shortestPause;

    private static TimeSpan Longer(TimeSpan pause) => pause >= _longestPause / 2 ? _longestPause : pause < _shortestPause ? _shortestPause : pause * 2;
}
