namespace McpProxy.Api.Connections;

/// <summary>How a caller's own access token is exchanged for one that is meant for an agent server.</summary>
internal enum TokenExchange
{
    /// <summary>OAuth 2.0 Token Exchange.</summary>
    Rfc8693,

    /// <summary>The on-behalf-of flow of Microsoft Entra ID.</summary>
    Entra,
}
