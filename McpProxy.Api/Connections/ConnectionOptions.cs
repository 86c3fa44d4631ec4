using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections.Backends;

namespace McpProxy.Api.Connections;

/// <summary>Which agent servers there are, which may be connected, and where connections are remembered.</summary>
internal sealed class ConnectionOptions : IValidatableObject
{
    [ConfigurationKeyName("AGENT_SERVERS")]
    [Description("The base URLs of the agent servers that are always there, separated by spaces or commas. They are named server0, server1, ... in this order.")]
    public string AgentServers { get; set; } = "";

    [ConfigurationKeyName("MCP_DYNAMIC_CONNECTIONS")]
    [Description("Whether connectServer and disconnectServer may change which servers are connected, and serverUrl may name one that is not.")]
    public bool DynamicConnections { get; set; } = true;

    [ConfigurationKeyName("MCP_ALLOWED_SERVERS")]
    [Description("Hosts that may be connected although their address is private, separated by spaces or commas: host, host:port, or *.domain for any subdomain. Needed only while the proxy listens on more than loopback.")]
    public string AllowedServers { get; set; } = "";

    [ConfigurationKeyName("MCP_CONNECTION_BACKEND")]
    [Description("Where servers connected at run time are remembered: local (this process, until it stops), redis or upstash (where all replicas share them).")]
    public string Backend { get; set; } = LocalConnectionBackend.BackendName;

    [ConfigurationKeyName("MCP_MAX_CONNECTIONS")]
    [Description("How many servers can be connected at run time.")]
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 1000;

    [ConfigurationKeyName("AGENT_SERVER_AUTH")]
    [Description("Credentials for one agent server: AGENT_SERVER_AUTH__<name>__Token is sent as bearer token, AGENT_SERVER_AUTH__<name>__ApiKey as x-api-key. The name is that of a server in AGENT_SERVERS (server0, ...); for any other, AGENT_SERVER_AUTH__<name>__Url says where the credentials may be sent.")]
    public Dictionary<string, AgentServerAuth> Auth { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    [ConfigurationKeyName("LANGSMITH_API_KEY")]
    [Description("Sent as x-api-key to the LangGraph servers in AGENT_SERVERS that have no credentials of their own.")]
    public string? LangSmithApiKey { get; set; }

    [ConfigurationKeyName("LANGGRAPH_API_KEY")]
    [Description("The same, when LANGSMITH_API_KEY is not set.")]
    public string? LangGraphApiKey { get; set; }

    /// <summary>The credentials by the URL they may be sent to.</summary>
    public Dictionary<ServerUrl, AgentServerAuth> AuthByUrl { get; } = [];

    /// <summary>The servers of <c>AGENT_SERVERS</c>. A URL that is repeated counts once, under the first name.</summary>
    public IReadOnlyList<AgentServer> StaticServers { get; private set; } = [];

    /// <summary>The hosts of <c>MCP_ALLOWED_SERVERS</c>.</summary>
    public IReadOnlyList<HostPattern> AllowedHosts { get; private set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var servers = new List<AgentServer>();
        var urls = SettingsExtensions.Split(AgentServers);
        for (var i = 0; i < urls.Length; i++)
        {
            if (ServerUrl.TryParse(urls[i], out var url) is { } problem)
            {
                yield return new($"AGENT_SERVERS holds an entry that is no agent server: {problem}. It is number {i + 1} of {urls.Length}.");
            }
            else if (servers.TrueForAll(server => server.Url != url))
            {
                servers.Add(new AgentServer($"server{i}", url!, IsDynamic: false));
            }
        }

        StaticServers = servers;

        var hosts = new List<HostPattern>();
        var allowed = SettingsExtensions.Split(AllowedServers);
        for (var i = 0; i < allowed.Length; i++)
        {
            if (HostPattern.TryParse(allowed[i], out var host))
            {
                hosts.Add(host);
            }
            else
            {
                yield return new(
                    "MCP_ALLOWED_SERVERS holds an entry that names no host. Write host, host:port or *.domain, and an IPv6 address in brackets. "
                    + $"It is number {i + 1} of {allowed.Length}.");
            }
        }

        AllowedHosts = hosts;

        foreach (var (name, auth) in Auth)
        {
            var listed = servers.Find(server => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase));
            var text = auth.Url ?? listed?.Url.ToString();
            if (text is null)
            {
                yield return new(
                    $"AGENT_SERVER_AUTH__{name} is for no server in AGENT_SERVERS. Set AGENT_SERVER_AUTH__{name}__Url to where these credentials may be sent.");
            }
            else if (ServerUrl.TryParse(text, out var url) is { } problem)
            {
                yield return new($"AGENT_SERVER_AUTH__{name}__Url can't be used: {problem}.");
            }
            else
            {
                AuthByUrl[url!] = auth;
            }
        }

        foreach (var (setting, _) in Secrets().Where(secret => secret.Value?.Any(character => character is <= ' ' or > '~') is true))
        {
            yield return new(
                $"{setting} holds a character that no credential has, such as a space or a line break. Write the credential alone, without Bearer.");
        }
    }

    private IEnumerable<(string Setting, string? Value)> Secrets()
        => Auth
            .Select(auth => ($"AGENT_SERVER_AUTH__{auth.Key}__Token", auth.Value.Token))
            .Concat(Auth.Select(auth => ($"AGENT_SERVER_AUTH__{auth.Key}__ApiKey", auth.Value.ApiKey)))
            .Append(("LANGSMITH_API_KEY", LangSmithApiKey))
            .Append(("LANGGRAPH_API_KEY", LangGraphApiKey));
}
