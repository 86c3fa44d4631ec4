using System.Net;
using System.Net.Http.Headers;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>Shows an agent server the credentials configured for exactly this server, or else those for servers of its type, if there are any.</summary>
/// <remarks>
/// Credentials belong to a URL that configuration names, never to a name alone: else whoever connects a server of their own under that name
/// would be sent them.
/// </remarks>
internal sealed class CredentialsHandler(
    ConnectionOptions options, IEnumerable<TypeCredentials> byType, TokenCache tokens, ILogger<CredentialsHandler> logger) : DelegatingHandler
{
    private const string Bearer = "Bearer";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var about = AgentRequest.Of(request);
        var own = options.AuthByUrl.GetValueOrDefault(about.Server.Url);
        Apply(own, about.Server, request.Headers);

        return own?.OAuth is { } client ? SendAsync(request, about, client, cancellationToken) : base.SendAsync(request, cancellationToken);
    }

    private void Apply(AgentServerAuth? own, AgentServer server, HttpRequestHeaders headers)
    {
        if (own?.Token is { } token)
        {
            headers.Authorization = new(Bearer, token.Get(logger));
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

    /// <summary>
    /// Sends with an access token. One that is refused is forgotten, and what is no call is sent again with a new one. A call is not: some agent
    /// servers answer 401 when their model provider refuses them, in the middle of the agent's work.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, AgentRequest about, OAuthClient client, CancellationToken cancellationToken)
    {
        var response = await TryAsync();
        if (response.StatusCode is not HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        var isForgotten = tokens.Forget(client, Subject(about, client), request.Headers.Authorization!.Parameter!);
        if (!isForgotten || about.IsCall)
        {
            throw TokenErrors.NotAccepted(about.Server, client, isForgotten);
        }

        response = await TryAsync();
        if (response.StatusCode is not HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();

        throw TokenErrors.NotAccepted(about.Server, client, isForgotten: false);

        async Task<HttpResponseMessage> TryAsync()
        {
            request.Headers.Authorization = new(Bearer, await GetTokenAsync(about, client, cancellationToken));

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private async Task<string> GetTokenAsync(AgentRequest about, OAuthClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.GetAsync(client, Subject(about, client), cancellationToken);
        }
        catch (ProxyException exception)
        {
            throw TokenErrors.NotSent(about.Server, exception);
        }
        catch (OperationCanceledException exception) when (about.Deadline.Explain(exception) is not null)
        {
            // The time was for the agent server, which was not asked.
            throw TokenErrors.NotSent(about.Server, TokenErrors.NoResponseInTime(client, exception));
        }
    }

    /// <returns>The caller's own token, if it is to be exchanged. What is asked for all callers, or without one, is asked in the proxy's name.</returns>
    /// <exception cref="ProxyException">It is a call in the name of a caller who has shown no token.</exception>
    private static string? Subject(AgentRequest about, OAuthClient client) => client.Exchange is null ? null
        : about.Caller.Token is { } token ? token
        : about.IsCall ? throw TokenErrors.NoCaller(client)
        : null;
}
