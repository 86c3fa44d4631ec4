using McpProxy.Api.Connections;
using McpProxy.Api.Limits;
using Polly;

namespace McpProxy.Api.Outbound;

/// <summary>Reads from agent servers: short, with one deadline for all that a read takes, and repeated when that does no harm.</summary>
internal sealed class ReadPipeline(RetryPolicies retries, CircuitBreakers circuits, OutboundOptions options)
{
    public Task<T> ReadAsync<T>(AgentServer server, bool listing, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        => circuits.ExecuteAsync(server, token => ReadWithDeadlineAsync(server, listing ? retries.Listing : retries.Discovery, read, token), cancellationToken);

    private async Task<T> ReadWithDeadlineAsync<T>(
        AgentServer server, ResiliencePipeline retry, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(server.Subject, options.DiscoveryTimeout, cancellationToken);
        try
        {
            return await retry.ExecuteAsync(async token => await read(token), deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }
}
