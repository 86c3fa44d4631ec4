namespace McpProxy.Api.Connections;

/// <summary>The credentials for one agent server. Prints as nothing, so that no log or message can hold them.</summary>
internal sealed class AgentServerAuth
{
    public AgentServerAuth(AuthSection section)
    {
        Url = section.Text(nameof(Url));
        Token = section.Secret(nameof(Token));
        ApiKey = section.Secret(nameof(ApiKey));
        OAuth = OAuthClient.Read(section);
        if (section.Has(nameof(Token)) && section.Has(nameof(OAuthClient.TokenUrl)))
        {
            section.Refuse($"{section.Name(nameof(Token))} and {section.Name(nameof(OAuthClient.TokenUrl))} are both set. Set one of them.");
        }
    }

    /// <summary>Where they may be sent, for a server that is not in <c>AGENT_SERVERS</c>.</summary>
    public string? Url { get; }

    /// <summary>Sent as <c>Authorization: Bearer</c>.</summary>
    public Secret? Token { get; }

    /// <summary>Sent as <c>x-api-key</c>.</summary>
    public Secret? ApiKey { get; }

    /// <summary>Gets access tokens, which are sent as <c>Authorization: Bearer</c>.</summary>
    public OAuthClient? OAuth { get; }

    public bool IsEmpty => this is { Token: null, ApiKey: null, OAuth: null };
}
