using System.Threading.RateLimiting;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents;

/// <summary>How many calls run at the same time, on one server and in all. Some more may wait, so that a rush is not refused; the rest is.</summary>
internal sealed class CallLimiter(AgentOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<AgentServer> _perServer = PartitionedRateLimiter.Create<AgentServer, ServerUrl>(server =>
        RateLimitPartition.GetConcurrencyLimiter(server.Url, _ => new() { PermitLimit = options.MaxCallsPerServer, QueueLimit = options.MaxCallsPerServer }));

    private readonly ConcurrencyLimiter _all = new(new() { PermitLimit = options.MaxCalls, QueueLimit = options.MaxCalls });

    /// <summary>Waits for a place on the server and then for one in all, so that a busy server keeps nobody else waiting.</summary>
    /// <returns>The place, to be disposed of when the call is over.</returns>
    /// <exception cref="ProxyException">Too many wait already.</exception>
    public async Task<IDisposable> AcquireAsync(AgentServer server, CancellationToken cancellationToken)
    {
        var onServer = await _perServer.AcquireAsync(server, 1, cancellationToken);
        if (!onServer.IsAcquired)
        {
            onServer.Dispose();
            throw Full(server.Subject, options.MaxCallsPerServer);
        }

        try
        {
            var inAll = await _all.AcquireAsync(1, cancellationToken);

            return inAll.IsAcquired ? new Place(onServer, inAll) : throw Full("The proxy", options.MaxCalls);
        }
        catch
        {
            onServer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _perServer.Dispose();
        _all.Dispose();
    }

    private static ProxyException Full(string what, int limit) => new(
        ErrorKind.Busy, $"{what} already has {limit} calls running and as many waiting. Try again when some have ended.");

    private sealed class Place(RateLimitLease onServer, RateLimitLease inAll) : IDisposable
    {
        public void Dispose()
        {
            inAll.Dispose();
            onServer.Dispose();
        }
    }
}
