using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers;

/// <summary>Reads from agent servers: short, with one deadline for all that a read takes, and repeated when that does no harm.</summary>
internal sealed class AgentServerReads(AgentServerRetries retries, AgentServerOptions options)
{
    public async Task<T> ReadAsync<T>(AgentServer server, bool listing, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.DiscoveryTimeout);
        try
        {
            return await (listing ? retries.Listing : retries.Discovery).ExecuteAsync(async token => await read(token), deadline.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentServerException(
                AgentServerError.Interrupted,
                $"Agent server '{server.Name}' did not answer within {options.DiscoveryTimeoutSeconds} s. Check that it is running and not overloaded; "
                + "MCP_DISCOVERY_TIMEOUT_SECONDS sets how long the proxy waits.",
                null,
                exception);
        }
    }
}
