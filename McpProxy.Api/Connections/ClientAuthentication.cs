namespace McpProxy.Api.Connections;

/// <summary>Where a token endpoint is shown the client's id and secret.</summary>
internal enum ClientAuthentication
{
    /// <summary>In the header <c>Authorization</c>, as every server must understand it (RFC 6749, 2.3.1).</summary>
    Basic,

    /// <summary>In the form, for servers that take them only there.</summary>
    Post,
}
