namespace McpProxy.Api.Outbound;

/// <summary>Tells an agent how many calls of agents led to it.</summary>
internal sealed class HopsHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (AgentRequest.Of(request).Hops is { } hops)
        {
            request.Headers.Add(Hops.Header, $"{hops}");
        }

        return base.SendAsync(request, cancellationToken);
    }
}
