using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpProxy.Api.Connections.Backends;

namespace McpProxy.Api.Connections;

/// <summary>Which agent servers there are, which may be connected, and where connections are remembered.</summary>
internal sealed class ConnectionOptions : IValidatableObject, ISectionOptions
{
    private const string AgentsSetting = "AGENT_SERVER_AGENTS";

    private readonly List<(string Type, string Where)> _declaredTypes = [];
    private readonly List<string> _authProblems = [];

    [ConfigurationKeyName("AGENT_SERVERS")]
    [Shown]
    [Description(
        "The base URLs of the agent servers that are always there, separated by spaces or commas, each with a name and a type in front if wanted: "
        + "[name=][type+]url. Without a name they are server0, server1, ... in this order; without a type the proxy finds it out.")]
    public string AgentServers { get; set; } = "";

    [ConfigurationKeyName(AgentsSetting)]
    [Description(
        "The agents of one server in AGENT_SERVERS that are there, by their ids, separated by spaces or commas: AGENT_SERVER_AGENTS__<name>=id,id. "
        + "All are if it is left out. For a server that does not list its agents, it says which there are.")]
    public Dictionary<string, string> Agents { get; } = new(StringComparer.OrdinalIgnoreCase);

    [ConfigurationKeyName("MCP_DYNAMIC_CONNECTIONS")]
    [Description("Whether connectServer and disconnectServer may change which servers are connected, and serverUrl may name one that is not.")]
    public bool DynamicConnections { get; set; } = true;

    [ConfigurationKeyName("MCP_ALLOWED_SERVERS")]
    [Shown]
    [Description(
        "Hosts that may be connected although their address is private, separated by spaces or commas: host, host:port, or *.domain for any subdomain. "
        + "Needed only while the proxy listens on more than loopback.")]
    public string AllowedServers { get; set; } = "";

    [ConfigurationKeyName("MCP_CONNECTION_BACKEND")]
    [Shown]
    [Description(
        "Where servers connected at run time are remembered: local (this process, until it stops), redis or upstash (where all replicas share them).")]
    public string Backend { get; set; } = LocalConnectionBackend.BackendName;

    [ConfigurationKeyName("MCP_MAX_CONNECTIONS")]
    [Description("How many servers can be connected at run time.")]
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 1000;

    [ConfigurationKeyName("MCP_PIN_EXPIRY_SECONDS")]
    [Description(
        "How long the proxy remembers whose a conversation is after it was last gone on with, and what a server said of its agents when it was connected, "
        + "in seconds.")]
    [Range(60, 31_536_000)]
    public int PinExpirySeconds { get; set; } = 2_592_000;

    [ConfigurationKeyName("AGENT_SERVER_AUTH")]
    [Description(
        "Credentials for one agent server: AGENT_SERVER_AUTH__<name>__Token is sent as bearer token, AGENT_SERVER_AUTH__<name>__ApiKey as x-api-key; "
        + "with AGENT_SERVER_AUTH__<name>__TokenUrl, __ClientId and __ClientSecret the proxy gets access tokens itself. "
        + "The name is that of a server in AGENT_SERVERS (its own, or server0, ...); for any other, AGENT_SERVER_AUTH__<name>__Url says where the "
        + "credentials may be sent.")]
    public Dictionary<string, AgentServerAuth> Auth { get; } = new(StringComparer.OrdinalIgnoreCase);

    public TimeSpan PinExpiry => TimeSpan.FromSeconds(PinExpirySeconds);

    /// <summary>The credentials by the URL they may be sent to.</summary>
    public Dictionary<ServerUrl, AgentServerAuth> AuthByUrl { get; } = [];

    /// <summary>The servers of <c>AGENT_SERVERS</c>. A URL that is repeated counts once, under the first name.</summary>
    public IReadOnlyList<AgentServer> StaticServers { get; private set; } = [];

    /// <summary>The types that <c>AGENT_SERVERS</c> declares, and which entry does. Which there are is known only when all dialects are.</summary>
    public IReadOnlyList<(string Type, string Where)> DeclaredTypes => _declaredTypes;

    /// <summary>The hosts of <c>MCP_ALLOWED_SERVERS</c>.</summary>
    public IReadOnlyList<HostPattern> AllowedHosts { get; private set; } = [];

    public void ReadSection(IConfigurationSection section)
    {
        foreach (var server in section.GetChildren())
        {
            if (section.Key is AgentsSetting)
            {
                Agents[server.Key] = server.Value ?? "";
            }
            else
            {
                Auth[server.Key] = new(new(server, _authProblems));
            }
        }
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var servers = new List<AgentServer>();
        foreach (var problem in ReadServers(servers))
        {
            yield return problem;
        }

        foreach (var problem in ReadAgents(servers))
        {
            yield return problem;
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
            else if (ServerUrl.Check(text, out var url) is { } problem)
            {
                yield return new($"AGENT_SERVER_AUTH__{name}__Url can't be used: {problem}.");
            }
            else
            {
                AuthByUrl[url!] = auth;
            }
        }

        foreach (var problem in _authProblems)
        {
            yield return new(problem);
        }
    }

    private IEnumerable<ValidationResult> ReadServers(List<AgentServer> servers)
    {
        var entries = SettingsExtensions.Split(AgentServers).Select(ServerEntry.Parse).ToList();

        // Settings are found whatever the case of their names, and credentials are settings.
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, where) = (entries[i], Where(i + 1, entries.Count));
            var name = entry.Name ?? $"server{i}";
            if (ServerUrl.Check(entry.Url, out var url) is { } problem)
            {
                yield return new($"AGENT_SERVERS holds an entry that is no agent server: {problem}. It is {where}.");
            }
            else if (ServerNames.Problem(name) is { } nameProblem)
            {
                yield return new($"AGENT_SERVERS holds an entry whose name can't be used: {nameProblem}. It is {where}.");
            }
            else if (servers.Find(server => server.Url == url) is { } same)
            {
                if ((entry.Name ?? same.Name, entry.Type ?? same.Type) != (same.Name, same.Type))
                {
                    yield return new($"AGENT_SERVERS holds a URL twice, under another name or type the second time. That is {where}.");
                }
            }
            else if (!numbers.TryAdd(name, i + 1))
            {
                yield return new(
                    $"AGENT_SERVERS gives numbers {numbers[name]} and {i + 1} the same name, '{name}'. "
                    + "Write name=url to give one of them another; without a name they are server0, server1, ... in their order.");
            }
            else
            {
                servers.Add(new(name, url!, entry.Type, IsDynamic: false));
                if (entry.Type is not null)
                {
                    _declaredTypes.Add((entry.Type, where));
                }
            }
        }
    }

    private IEnumerable<ValidationResult> ReadAgents(List<AgentServer> servers)
    {
        foreach (var (name, text) in Agents)
        {
            var number = servers.FindIndex(server => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase));
            var ids = SettingsExtensions.Split(text);
            if (number < 0)
            {
                var names = string.Join(", ", servers.Select(server => server.Name));
                yield return new($"{AgentsSetting}__{name} is for no server in AGENT_SERVERS. Name one of: {names}.");
            }
            else if (AgentIds.Problem(ids) is { } wrong)
            {
                yield return new($"{AgentsSetting}__{name} can't be used: {wrong}.");
            }
            else
            {
                servers[number] = servers[number] with { Agents = ids };
            }
        }
    }

    private static string Where(int number, int count) => $"number {number} of {count}";
}
