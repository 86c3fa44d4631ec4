using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>Asks authorization servers for access tokens.</summary>
/// <remarks>
/// Their URLs come from configuration alone, so no model chooses them, and they may be anywhere. What goes there is a secret: it is sent nowhere else,
/// whatever the answer says.
/// </remarks>
internal sealed class TokenEndpoint(IHttpClientFactory clients, ILogger<TokenEndpoint> logger)
{
    public const int MaxBytes = 64 * 1024;

    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = clients.CreateClient(OutboundExtensions.Tokens);

    /// <param name="client">Who asks.</param>
    /// <param name="subject">The caller's own token, if it is to be exchanged.</param>
    /// <exception cref="ProxyException">There is no token. The message is the rest of a sentence about the agent server that it was for.</exception>
    public async Task<AccessToken> AskAsync(OAuthClient client, string? subject)
    {
        var secret = client.ClientSecret.Get(logger);
        using var request = Request(client, secret, subject);
        try
        {
            // Ends by the client's own time limit: others wait for the same answer.
            using var response = await _http.SendAsync(request, CancellationToken.None);
            var answer = await ReadAsync(response);

            return !response.IsSuccessStatusCode ? throw TokenErrors.Refused(client, response.StatusCode, Said(answer, secret, subject), subject is not null)
                : answer?.ToToken() ?? throw TokenErrors.NoToken(client);
        }
        catch (HttpRequestException exception)
        {
            throw TokenErrors.NoResponse(client, exception);
        }
        catch (TaskCanceledException exception)
        {
            throw TokenErrors.NoResponseInTime(client, exception);
        }
    }

    private static HttpRequestMessage Request(OAuthClient client, string secret, string? subject)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "client_credentials",
            ["scope"] = client.Scope,
            ["audience"] = client.Audience,
            ["resource"] = client.Resource,
        };
        if (subject is not null && client.Exchange is TokenExchange.Entra)
        {
            form["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer";
            form["assertion"] = subject;
            form["requested_token_use"] = "on_behalf_of";
        }
        else if (subject is not null)
        {
            form["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange";
            form["subject_token"] = subject;
            form["subject_token_type"] = "urn:ietf:params:oauth:token-type:access_token";
        }

        var request = new HttpRequestMessage(HttpMethod.Post, client.TokenUrl);
        request.Headers.Accept.Add(new("application/json"));
        if (client.ClientAuth is ClientAuthentication.Post)
        {
            (form["client_id"], form["client_secret"]) = (client.ClientId, secret);
        }
        else
        {
            var pair = $"{Uri.EscapeDataString(client.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form.Where(field => field.Value is not null)!);

        return request;
    }

    private static async Task<TokenAnswer?> ReadAsync(HttpResponseMessage response)
    {
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), OutboundJsonContext.Default.TokenAnswer);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is for text with half a character in it.
            return null;
        }
    }

    /// <returns>The error that RFC 6749 has, cleaned, and without what was sent if it quotes that.</returns>
    private static string? Said(TokenAnswer? answer, string secret, string? subject)
    {
        var text = string.Join(": ", new[] { answer?.Error, answer?.Description }.OfType<string>()).Replace(secret, "***", StringComparison.Ordinal);

        return RemoteText.Error(subject is null ? text : text.Replace(subject, "***", StringComparison.Ordinal));
    }
}
