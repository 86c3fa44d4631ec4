namespace McpProxy.Api.Outbound;

/// <summary>
/// A credential for every server of one type in <c>AGENT_SERVERS</c> that has none of its own. A dialect registers it. Prints as nothing, so that no
/// log or message can hold it.
/// </summary>
internal sealed class TypeCredentials(string serverType, string header, string secret)
{
    public string ServerType => serverType;

    public string Header => header;

    public string Secret => secret;
}
