using System.Threading.RateLimiting;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers;

/// <summary>The time one call may take, from waiting for its turn to the last byte; tells its own end from a caller's who has gone.</summary>
internal sealed class AgentServerDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly AgentServer _server;
    private readonly TimeSpan _time;
    private RateLimitLease? _lease;

    public AgentServerDeadline(AgentServer server, TimeSpan time, CancellationToken caller)
    {
        (_server, _time, _caller) = (server, time, caller);
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _source.CancelAfter(time);
        Token = _source.Token;
    }

    public CancellationToken Token { get; }

    /// <summary>Keeps the call's place among those that may run, until this ends.</summary>
    public void Hold(RateLimitLease lease) => _lease = lease;

    /// <returns>What to tell the client when the exception means that the time was up; else <see langword="null"/>.</returns>
    public AgentServerException? Explain(Exception exception)
        => exception is OperationCanceledException && !_caller.IsCancellationRequested && Token.IsCancellationRequested
            ? new(
                AgentServerError.Interrupted,
                $"Agent server '{_server.Name}' did not finish within {_time.TotalSeconds:0.#} s. The agent may still have done its work; "
                + "MCP_CALL_TIMEOUT_SECONDS sets how long the proxy waits.",
                null,
                exception)
            : null;

    public void Dispose()
    {
        _source.Dispose();
        _lease?.Dispose();
    }
}
