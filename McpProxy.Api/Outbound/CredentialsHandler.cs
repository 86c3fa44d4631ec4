namespace McpProxy.Api.Outbound;

/// <summary>Shows an agent server the credentials that are configured for it.</summary>
internal sealed class CredentialsHandler(AgentCredentials credentials) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        credentials.Apply(AgentRequest.Of(request).Server, request.Headers);

        return base.SendAsync(request, cancellationToken);
    }
}
