namespace McpProxy.Api.Connections;

/// <summary>
/// The credentials for one agent server. Prints as nothing, so that no log or message can hold them. A value read from a file often ends in a line
/// break, which is not part of it; one that is empty counts as not set.
/// </summary>
internal sealed class AgentServerAuth
{
    /// <summary>Where they may be sent, for a server that is not in <c>AGENT_SERVERS</c>.</summary>
    public string? Url { get; set => field = Trimmed(value); }

    /// <summary>Sent as <c>Authorization: Bearer</c>.</summary>
    public string? Token { get; set => field = Trimmed(value); }

    /// <summary>Sent as <c>x-api-key</c>.</summary>
    public string? ApiKey { get; set => field = Trimmed(value); }

    private static string? Trimmed(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
