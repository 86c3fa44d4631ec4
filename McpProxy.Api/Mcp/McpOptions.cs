using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using McpProxy.Api.Mcp.Tools;

namespace McpProxy.Api.Mcp;

/// <summary>How the proxy speaks to MCP clients.</summary>
internal sealed partial class McpOptions : IValidatableObject
{
    private static readonly string[] _ownPaths = [McpExtensions.Path, "/status", "/health", "/alive"];

    [ConfigurationKeyName("MCP_RESULT_TEXT")]
    [Description("What a tool's result says as text: text (the agent's words) or json (all fields, for clients that read them out of the text).")]
    public ResultText ResultText { get; set; }

    [ConfigurationKeyName("MCP_RESULT_DETAIL")]
    [Description(
        "What the fields of an answer hold: brief (the text once, and what belongs to it) or full (all that the agent server sent, and each piece of a stream "
        + "with its time, as the TypeScript proxy did).")]
    public ResultDetail ResultDetail { get; set; }

    [ConfigurationKeyName("MCP_SESSIONS")]
    [Description(
        "Whether clients of the protocol revisions before 2026-07-28 get a session. Sessions live in one process, so several replicas would need "
        + "affinity.")]
    public bool Sessions { get; set; }

    [ConfigurationKeyName("MCP_AGENT_TOOLS")]
    [Description(
        "Whether every agent is a tool of its own, too: ask_server_agent, with message and threadId. Each replica then asks every server for its agents "
        + "again after MCP_AGENT_CACHE_SECONDS.")]
    public bool AgentTools { get; set; }

    [ConfigurationKeyName("MCP_AGENT_TOOLS_MAX")]
    [Description("How many agents may be tools of their own. The rest are reached with callAgent, and listAgents says how many there are.")]
    [Range(1, 1000)]
    public int AgentToolsMax { get; set; } = 50;

    [ConfigurationKeyName("MCP_SSE_PATH")]
    [Shown]
    [Description("Where clients look for the deprecated SSE transport; they are told to use /mcp.")]
    public string SsePath { get; set; } = "/mcp/sse";

    [ConfigurationKeyName("MCP_MESSAGE_PATH")]
    [Shown]
    [Description("The deprecated SSE transport's other path; the same.")]
    public string MessagePath { get; set; } = "/mcp/message";

    /// <summary>The paths of the deprecated transport.</summary>
    public IEnumerable<string> FormerPaths => new[] { SsePath, MessagePath }.Select(path => path.TrimEnd('/')).Distinct(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, path) in new[] { ("MCP_SSE_PATH", SsePath), ("MCP_MESSAGE_PATH", MessagePath) })
        {
            if (!PlainPath().IsMatch(path) || _ownPaths.Contains(path.TrimEnd('/'), StringComparer.OrdinalIgnoreCase))
            {
                yield return new($"{name} must be a path such as /mcp/sse that the proxy does not use itself.{SettingsExtensions.Quote(path)}");
            }
        }
    }

    [GeneratedRegex(@"^(/[\w.~-]+)+/?$", RegexOptions.ECMAScript)]
    private static partial Regex PlainPath();
}
