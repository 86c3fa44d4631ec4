namespace McpProxy.Api.Connections;

/// <summary>The credentials for one agent server. Prints as nothing, so that no log or message can hold them.</summary>
internal sealed class AgentServerAuth
{
    /// <summary>Where they may be sent, for a server that is not in <c>AGENT_SERVERS</c>.</summary>
    public string? Url { get; set; }

    /// <summary>Sent as <c>Authorization: Bearer</c>.</summary>
    public string? Token { get; set; }

    /// <summary>Sent as <c>x-api-key</c>.</summary>
    public string? ApiKey { get; set; }
}
