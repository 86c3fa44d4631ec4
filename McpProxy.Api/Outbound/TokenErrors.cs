using System.Net;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>What can go wrong when a token is needed for an agent server. Those without a server are the rest of what <see cref="NotSent"/> says.</summary>
internal static class TokenErrors
{
    /// <summary>Says for which server there is no token: several may wait for the same.</summary>
    public static ProxyException NotSent(AgentServer server, ProxyException reason)
        => new(reason.Kind, $"Nothing was sent to agent server {server.Label}: {reason.Message}", reason) { Detail = reason.Detail };

    public static ProxyException NoCaller(OAuthClient client) => new(
        ErrorKind.Unauthorized,
        $"its agents are called in the name of whoever calls ({client.Setting}__Exchange), and this call came without an access token. "
        + "Sign in to the proxy with OAuth.");

    public static ProxyException NoResponse(OAuthClient client, HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.ConfigurationLimitExceeded => NoToken(client, exception),
        HttpRequestError.SecureConnectionError => new(
            ErrorKind.Unreachable,
            $"no secure connection could be made to its token endpoint. Check {client.Setting}__TokenUrl, and the certificate there.",
            exception),
        _ => new(
            ErrorKind.Unreachable, $"its token endpoint could not be reached. Check {client.Setting}__TokenUrl, and that it is running.", exception),
    };

    public static ProxyException NoResponseInTime(OAuthClient client, Exception exception) => new(
        ErrorKind.Unreachable, $"its token endpoint did not answer in time. Check {client.Setting}__TokenUrl, and that it is running.", exception);

    public static ProxyException NoToken(OAuthClient client, Exception? exception = null) => new(
        ErrorKind.Unauthorized,
        $"its token endpoint answered something that is no bearer token in JSON. Check that {client.Setting}__TokenUrl is the URL of a token endpoint.",
        exception);

    /// <param name="client">Who asked.</param>
    /// <param name="status">How it was refused.</param>
    /// <param name="detail">What the authorization server said, cleaned.</param>
    /// <param name="isExchange">Whether a caller's token was to be exchanged.</param>
    public static ProxyException Refused(OAuthClient client, HttpStatusCode status, string? detail, bool isExchange)
    {
        var said = detail is null ? "" : $": {detail.TrimEnd('.', ' ')}";
        var (kind, message) = status switch
        {
            >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests => (
                ErrorKind.Unreachable, $"its token endpoint failed ({(int)status}){said}. Try again later."),
            < HttpStatusCode.BadRequest => (
                ErrorKind.Unauthorized,
                $"its token endpoint redirects elsewhere ({(int)status}), which is not followed. Set {client.Setting}__TokenUrl to the URL it really has."),
            _ => (
                ErrorKind.Unauthorized,
                $"its token endpoint refused {(isExchange ? "to exchange the caller's token" : "to give a token")} ({(int)status}){said}. "
                + $"Check {client.Setting}__ClientId, __ClientSecret and __Scope."),
        };

        return new(kind, message) { Detail = detail };
    }

    /// <param name="server">Who refused the token.</param>
    /// <param name="client">Who got it.</param>
    /// <param name="isForgotten">Whether the next request brings another.</param>
    public static ProxyException NotAccepted(AgentServer server, OAuthClient client, bool isForgotten) => new(
        ErrorKind.Unauthorized,
        isForgotten
            ? $"{server.Subject} no longer accepts the access token that it was shown (401). The next request gets a new one."
            : $"{server.Subject} does not accept the access token that it was shown (401). "
                + $"Check {client.Setting}__Scope, __Audience and __Resource, and that it trusts the authorization server.")
    { Status = HttpStatusCode.Unauthorized };
}
