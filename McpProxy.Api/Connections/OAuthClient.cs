namespace McpProxy.Api.Connections;

/// <summary>
/// What the proxy is to the authorization server of one agent server, where it gets its access tokens: in its own name (RFC 6749, 4.4), or in exchange for the
/// caller's.
/// </summary>
internal sealed class OAuthClient
{
    private OAuthClient(AuthSection section, Uri tokenUrl, string clientId, Secret clientSecret)
    {
        (Setting, TokenUrl, ClientId, ClientSecret) = (section.Prefix, tokenUrl, clientId, clientSecret);
        (Scope, Audience, Resource) = (section.Text(nameof(Scope)), section.Text(nameof(Audience)), section.Text(nameof(Resource)));
        Exchange = section.Choice<TokenExchange>(nameof(Exchange));

        // Entra documents the form for its exchange, and nothing else.
        var standard = Exchange is TokenExchange.Entra ? ClientAuthentication.Post : ClientAuthentication.Basic;
        ClientAuth = section.Choice<ClientAuthentication>(nameof(ClientAuth)) ?? standard;
    }

    /// <summary>What the names of its settings begin with.</summary>
    public string Setting { get; }

    public Uri TokenUrl { get; }

    public string ClientId { get; }

    public Secret ClientSecret { get; }

    public string? Scope { get; }

    /// <summary>Whom the token is for, by the name that the authorization server has for it.</summary>
    public string? Audience { get; }

    /// <summary>Whom the token is for, by a URL (RFC 8707).</summary>
    public string? Resource { get; }

    /// <summary>How a caller's token is exchanged; <see langword="null"/> where all calls are made in the proxy's name.</summary>
    public TokenExchange? Exchange { get; }

    public ClientAuthentication ClientAuth { get; }

    /// <returns>The client, or <see langword="null"/> if none is configured, or none that can be used.</returns>
    public static OAuthClient? Read(AuthSection section)
    {
        string[] needed = [nameof(TokenUrl), nameof(ClientId), nameof(ClientSecret)];
        string[] others = [nameof(Scope), nameof(Audience), nameof(Resource), nameof(Exchange), nameof(ClientAuth)];
        if (!needed.Concat(others).Any(section.Has))
        {
            return null;
        }

        foreach (var missing in needed.Where(key => !section.Has(key)))
        {
            section.Refuse($"{section.Name(missing)} is not set. An access token needs {string.Join(", ", needed.Select(section.Name))}.");
        }

        var (url, id, secret) = (section.Text(nameof(TokenUrl)), section.Text(nameof(ClientId)), section.Secret(nameof(ClientSecret)));
        var isUrl = Uri.TryCreate(url, UriKind.Absolute, out var tokenUrl) && IsTokenUrl(tokenUrl);
        if (url is not null && !isUrl)
        {
            section.Refuse(
                $"{section.Name(nameof(TokenUrl))} must be a URL that begins with https://, or with http:// where it leads to this machine, "
                + "and has no user name, password or fragment.");
        }

        if (id is null || secret is null || !isUrl)
        {
            return null;
        }

        var client = new OAuthClient(section, tokenUrl!, id, secret);
        if (client is { Exchange: TokenExchange.Entra, Scope: null })
        {
            section.Refuse($"{section.Name(nameof(Exchange))}=entra needs {section.Name(nameof(Scope))}, such as api://name/.default.");
        }

        return client;
    }

    /// <summary>A secret goes there, so what carries it is encrypted or stays on this machine.</summary>
    private static bool IsTokenUrl(Uri url)
        => (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) && url is { UserInfo: "", Fragment: "" };
}
