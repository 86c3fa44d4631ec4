using System.Threading.RateLimiting;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents;

/// <summary>
/// How many calls run at the same time, for one caller, on one server and in all. Some more may wait for a server, so that a rush is not refused; the rest is.
/// </summary>
internal sealed class CallLimiter(AgentOptions options) : IDisposable
{
    private const string NotCalled = "The agent was not called";

    private readonly PartitionedRateLimiter<Caller> _beginnings = PartitionedRateLimiter.Create<Caller, string>(caller => options.CallsPerMinute is 0
        ? RateLimitPartition.GetNoLimiter("")
        : RateLimitPartition.GetTokenBucketLimiter(caller.Id ?? "", _ => PerMinute.Of(options.CallsPerMinute)));

    private readonly PartitionedRateLimiter<Caller> _perCaller = PartitionedRateLimiter.Create<Caller, string>(caller => options.MaxCallsPerCaller is 0
        ? RateLimitPartition.GetNoLimiter("")
        : RateLimitPartition.GetConcurrencyLimiter(caller.Id ?? "", _ => new() { PermitLimit = options.MaxCallsPerCaller }));

    private readonly PartitionedRateLimiter<AgentServer> _perServer = PartitionedRateLimiter.Create<AgentServer, ServerUrl>(server =>
        RateLimitPartition.GetConcurrencyLimiter(server.Url, _ => new() { PermitLimit = options.MaxCallsPerServer, QueueLimit = options.MaxCallsPerServer }));

    private readonly ConcurrencyLimiter _all = new(new() { PermitLimit = options.MaxCalls, QueueLimit = options.MaxCalls });

    /// <summary>Waits for a place on the server and then for one in all, so that a busy server keeps nobody else waiting.</summary>
    /// <returns>The place, to be disposed of when the call is over.</returns>
    /// <exception cref="ProxyException">The caller has had enough, or too many wait already.</exception>
    public async Task<IDisposable> AcquireAsync(AgentServer server, Caller caller, CancellationToken cancellationToken)
    {
        var place = new Place();
        try
        {
            place.Take(_perCaller.AttemptAcquire(caller), _ => new(
                ErrorKind.Busy,
                $"{NotCalled}: one caller may have {options.MaxCallsPerCaller} calls running (MCP_CALLER_MAX_CALLS). Wait until one has ended."));
            place.Take(_beginnings.AttemptAcquire(caller), refused => new(
                ErrorKind.Busy,
                $"{NotCalled}: one caller may begin {options.CallsPerMinute} calls a minute (MCP_CALLER_CALLS_PER_MINUTE). "
                + $"Call it in {PerMinute.SecondsToWait(refused)} s.")
            { RetryAfter = TimeSpan.FromSeconds(PerMinute.SecondsToWait(refused)) });
            place.Take(await _perServer.AcquireAsync(server, 1, cancellationToken), _ => Full(server.Subject, options.MaxCallsPerServer));
            place.Take(await _all.AcquireAsync(1, cancellationToken), _ => Full("The proxy", options.MaxCalls));

            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _beginnings.Dispose();
        _perCaller.Dispose();
        _perServer.Dispose();
        _all.Dispose();
    }

    private static ProxyException Full(string what, int limit) => new(
        ErrorKind.Busy, $"{what} already has {limit} calls running and as many waiting. Try again when some have ended.");

    private sealed class Place : IDisposable
    {
        private readonly List<RateLimitLease> _leases = new(4);

        public void Take(RateLimitLease lease, Func<RateLimitLease, ProxyException> refusal)
        {
            _leases.Add(lease);
            if (!lease.IsAcquired)
            {
                throw refusal(lease);
            }
        }

        public void Dispose() => _leases.ForEach(lease => lease.Dispose());
    }
}
