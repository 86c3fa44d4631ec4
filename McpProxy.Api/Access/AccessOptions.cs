using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Access;

/// <summary>Who may use the proxy over HTTP, and for what.</summary>
internal sealed class AccessOptions : IValidatableObject, ISectionOptions
{
    private const string NamedKey = "MCP_API_KEY";
    private const string Role = "MCP_ROLE";

    private readonly Dictionary<string, IReadOnlyList<AgentPattern>> _agentsByRole = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ApiKey> _keys = [];

    [ConfigurationKeyName("MCP_ALLOWED_ORIGINS")]
    [Shown]
    [Description(
        "Web pages that may call the proxy, separated by commas or spaces: host or *.domain (any scheme and port), host:port, https://host:port "
        + "(exactly that), or * (all). Pages from this machine always may.")]
    public string AllowedOrigins { get; set; } = "";

    [ConfigurationKeyName("MCP_ALLOW_ANONYMOUS")]
    [Description("Whether a proxy that other machines can reach may ask for neither keys nor tokens. Without it, such a proxy does not start.")]
    public bool AllowAnonymous { get; set; }

    [ConfigurationKeyName("MCP_API_KEYS")]
    [Description(
        "Keys that let operators in over HTTP, separated by commas or spaces: as they are, or as sha256: and the hash in hexadecimal. Several "
        + "allow for changing them one after the other.")]
    public string ApiKeys { get; set; } = "";

    [ConfigurationKeyName("MCP_CALLER_REQUESTS_PER_MINUTE")]
    [Description("How many requests one caller may send over HTTP within a minute; more are refused with 429. 0 for any number.")]
    [Range(0, 1_000_000)]
    public int RequestsPerMinute { get; set; }

    [ConfigurationKeyName(NamedKey)]
    [Description(
        "A key with a name, which the audit log tells: MCP_API_KEY__<name>__Key is the key, written as in MCP_API_KEYS, MCP_API_KEY__<name>__Role what it "
        + "lets do (caller, unless it says operator or a role of MCP_ROLE), MCP_API_KEY__<name>__Agents the agents it may use, in place of those of its "
        + "role.")]
    public Dictionary<string, IConfigurationSection> NamedKeys { get; } = new(StringComparer.OrdinalIgnoreCase);

    [ConfigurationKeyName(Role)]
    [Description(
        "The agents that a role may use: MCP_ROLE__<role>__Agents holds server:agent, separated by commas or spaces, where * stands for any text. "
        + "A role without it may use those of the role caller, and the roles caller and operator all.")]
    public Dictionary<string, IConfigurationSection> Roles { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key, and whom it lets in.</summary>
    public IReadOnlyList<ApiKey> Keys => _keys;

    /// <summary>The web pages of <c>MCP_ALLOWED_ORIGINS</c>.</summary>
    public IReadOnlyList<OriginPattern> AllowedPages { get; private set; } = [];

    public void ReadSection(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            (section.Key is Role ? Roles : NamedKeys)[child.Key] = child;
        }
    }

    /// <param name="id">Who they are.</param>
    /// <param name="roles">What they are here. Names that are no role count for nothing.</param>
    /// <param name="agents">The agents that they may use, in place of those of their roles.</param>
    public Caller ToCaller(string id, IReadOnlyCollection<string> roles, IReadOnlyList<AgentPattern>? agents = null)
    {
        var isOperator = roles.Contains(nameof(CallerRole.Operator), StringComparer.OrdinalIgnoreCase);
        var lists = roles.Select(role => _agentsByRole.GetValueOrDefault(role)).OfType<IReadOnlyList<AgentPattern>>().ToList();
        agents ??= lists.Count > 0 ? [.. lists.SelectMany(list => list)]
            : isOperator ? null
            : _agentsByRole.GetValueOrDefault(nameof(CallerRole.Caller));

        return new(id, isOperator ? CallerRole.Operator : CallerRole.Caller, agents);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        => [.. ReadOrigins(), .. ReadRoles(), .. ReadKeys(), .. ReadNamedKeys(), .. CheckKeys()];

    private IEnumerable<ValidationResult> ReadOrigins()
    {
        var pages = new List<OriginPattern>();
        var origins = SettingsExtensions.Split(AllowedOrigins);
        for (var i = 0; i < origins.Length; i++)
        {
            if (OriginPattern.TryParse(origins[i], out var page))
            {
                pages.Add(page);
            }
            else
            {
                yield return new(
                    "MCP_ALLOWED_ORIGINS holds an entry that names no web page. Write host, host:port, *.domain, https://host:port, or * for every page. "
                    + $"It is number {i + 1} of {origins.Length}.");
            }
        }

        AllowedPages = pages;
    }

    private IEnumerable<ValidationResult> ReadRoles()
    {
        foreach (var (name, role) in Roles)
        {
            if (FindStranger(role, "Agents") is { } stranger)
            {
                yield return stranger;
            }
            else if (ReadAgents(role, out var problem) is { } agents)
            {
                _agentsByRole[name] = agents;
            }
            else
            {
                yield return problem ?? new($"{Role}__{name}__Agents is missing: the agents that the role may use.");
            }
        }
    }

    private IEnumerable<ValidationResult> ReadKeys()
    {
        var keys = SettingsExtensions.Split(ApiKeys);
        if (ApiKeys is not "" && keys.Length is 0)
        {
            yield return new("MCP_API_KEYS holds no key, so it would let everybody in. Leave it out if that is meant.");
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (ApiKey.ParseHash(keys[i]) is { } hash)
            {
                _keys.Add(new(hash, ToCaller($"key:{i + 1}", [nameof(CallerRole.Operator)])));
            }
            else
            {
                yield return Malformed("MCP_API_KEYS");
            }
        }
    }

    private IEnumerable<ValidationResult> ReadNamedKeys()
    {
        foreach (var (name, section) in NamedKeys)
        {
            var (key, role) = (section["Key"]?.Trim(), section["Role"]?.Trim());
            if (FindStranger(section, "Key", "Role", "Agents") is { } stranger)
            {
                yield return stranger;
            }
            else if (string.IsNullOrEmpty(key))
            {
                yield return new($"{NamedKey}__{name}__Key is missing: the key itself.");
            }
            else if (ApiKey.ParseHash(key) is not { } hash)
            {
                yield return Malformed($"{NamedKey}__{name}__Key");
            }
            else if (!string.IsNullOrEmpty(role) && !IsRole(role))
            {
                yield return new($"{NamedKey}__{name}__Role must be caller, operator, or a role that {Role} names.{SettingsExtensions.Quote(role)}");
            }
            else
            {
                var agents = ReadAgents(section, out var problem);
                _keys.Add(new(hash, ToCaller($"key:{name}", string.IsNullOrEmpty(role) ? [] : [role], agents)));
                if (problem is not null)
                {
                    yield return problem;
                }
            }
        }
    }

    private IEnumerable<ValidationResult> CheckKeys()
    {
        if (Keys.DistinctBy(key => Convert.ToHexString(key.Hash)).Count() < Keys.Count)
        {
            yield return new("MCP_API_KEYS and MCP_API_KEY hold the same key twice, so nobody could say whose it is. Give each caller a key of their own.");
        }
    }

    /// <remarks>By name: the framework's parser would take a number for one.</remarks>
    private bool IsRole(string role)
        => Enum.GetNames<CallerRole>().Contains(role, StringComparer.OrdinalIgnoreCase) || _agentsByRole.ContainsKey(role);

    private static ValidationResult Malformed(string setting)
        => new($"{setting} holds a key that begins with sha256: but goes on with something else than 64 hexadecimal digits.");

    /// <summary>A member that was misspelled must not go unseen: without a list of agents, a key opens all.</summary>
    private static ValidationResult? FindStranger(IConfigurationSection section, params string[] members)
        => section.Value is not null
            ? new($"{Name(section)} is no setting. Write {string.Join(" or ", members.Select(member => $"{Name(section)}__{member}"))}.")
            : section.GetChildren().FirstOrDefault(child => !members.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } stranger
                ? new($"{Name(stranger)} is no setting. There are {string.Join(", ", members)}.")
                : null;

    private static List<AgentPattern>? ReadAgents(IConfigurationSection section, out ValidationResult? problem)
    {
        problem = null;
        var written = SettingsExtensions.Split(section["Agents"] ?? "");
        var agents = new List<AgentPattern>();
        foreach (var text in written)
        {
            if (AgentPattern.TryParse(text, out var pattern))
            {
                agents.Add(pattern);
            }
            else
            {
                problem = new($"{Name(section)}__Agents must hold server:agent, where * stands for any text.{SettingsExtensions.Quote(text)}");
            }
        }

        return agents.Count > 0 && problem is null ? agents : null;
    }

    private static string Name(IConfigurationSection section) => section.Path.Replace(":", "__", StringComparison.Ordinal);
}
