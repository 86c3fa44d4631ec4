using Polly;

namespace McpProxy.Api.Outbound;

/// <summary>Does not ask a server that failed too often lately. All handlers share one circuit for each server.</summary>
internal sealed class CircuitHandler(CircuitBreakers circuits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (server, deadline, _) = AgentRequest.Of(request);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CircuitBreakers.Deadline, deadline);
        try
        {
            return await circuits.For(server.Url).ExecuteAsync(
                context => new ValueTask<HttpResponseMessage>(base.SendAsync(request, context.CancellationToken)), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
