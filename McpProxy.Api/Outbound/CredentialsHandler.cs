using System.Net.Http.Headers;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>Shows an agent server the credentials configured for exactly this server, or else those for servers of its type, if there are any.</summary>
/// <remarks>
/// Credentials belong to a URL that configuration names, never to a name alone: else whoever connects a server of their own under that name
/// would be sent them.
/// </remarks>
internal sealed class CredentialsHandler(ConnectionOptions options, IEnumerable<TypeCredentials> byType, ILogger<CredentialsHandler> logger)
    : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Apply(AgentRequest.Of(request).Server, request.Headers);

        return base.SendAsync(request, cancellationToken);
    }

    private void Apply(AgentServer server, HttpRequestHeaders headers)
    {
        var own = options.AuthByUrl.GetValueOrDefault(server.Url);
        if (own?.Token is { } token)
        {
            headers.Authorization = new("Bearer", token.Get(logger));
        }

        if (own?.ApiKey is { } key)
        {
            headers.Add("x-api-key", key.Get(logger));
        }

        if (own is { IsEmpty: false } || server.IsDynamic)
        {
            return;
        }

        foreach (var credentials in byType.Where(credentials => credentials.ServerType == server.Type))
        {
            headers.Add(credentials.Header, credentials.Secret);
        }
    }
}
