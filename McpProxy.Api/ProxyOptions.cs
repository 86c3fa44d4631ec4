using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using McpProxy.Api.Access;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using McpProxy.Api.Hosting;
using McpProxy.Api.Mcp;
using McpProxy.Api.Mcp.Tools;

namespace McpProxy.Api;

/// <summary>How MCP clients reach the proxy.</summary>
internal sealed partial class ProxyOptions : IValidatableObject
{
    private static readonly string[] _ownPaths = ["/mcp", "/status", "/health", "/alive"];

    [ConfigurationKeyName("MCP_TRANSPORT")]
    [Description("How MCP clients talk to the proxy: http, or stdio for a client that starts it as its own process (--stdio does the same).")]
    public ProxyTransport Transport { get; set; }

    [ConfigurationKeyName("MCP_SERVER_HOST")]
    [Description("The address to listen on: one of this machine, or a name that leads to one. Anything but a loopback address lets other machines in.")]
    public string Host { get; set; } = "127.0.0.1";

    [ConfigurationKeyName("MCP_SERVER_PORT")]
    [Description("The port to listen on. Set, it wins over ASPNETCORE_URLS.")]
    [Range(1, 65_535)]
    public int Port { get; set; } = 3001;

    [ConfigurationKeyName("MCP_ALLOWED_ORIGINS")]
    [Description("Web pages that may call the proxy, separated by commas or spaces: host or *.domain (any scheme and port), host:port, https://host:port (exactly that), or * (all). Pages from this machine always may.")]
    public string AllowedOrigins { get; set; } = "";

    [ConfigurationKeyName("MCP_API_KEYS")]
    [Description("Keys that let MCP clients in over HTTP, separated by commas or spaces: as they are, or as sha256: and the hash in hexadecimal. Several allow for changing them one after the other. Without any, whoever reaches the proxy may use it.")]
    public string ApiKeys { get; set; } = "";

    [ConfigurationKeyName("MCP_RESULT_TEXT")]
    [Description("What a tool's result says as text: text (the agent's words) or json (all fields, for clients that read them out of the text).")]
    public ResultText ResultText { get; set; }

    [ConfigurationKeyName("MCP_RESULT_DETAIL")]
    [Description(
        "What the fields of an answer hold: brief (the text once, and what belongs to it) or full (all that the agent server sent, and each piece of a stream "
        + "with its time, as the TypeScript proxy did).")]
    public ResultDetail ResultDetail { get; set; }

    [ConfigurationKeyName("MCP_SESSIONS")]
    [Description("Whether clients of the protocol revisions before 2026-07-28 get a session. Sessions live in one process, so several replicas would need affinity.")]
    public bool Sessions { get; set; }

    [ConfigurationKeyName("MCP_SSE_PATH")]
    [Description("Where clients look for the deprecated SSE transport; they are told to use /mcp.")]
    public string SsePath { get; set; } = "/mcp/sse";

    [ConfigurationKeyName("MCP_MESSAGE_PATH")]
    [Description("The deprecated SSE transport's other path; the same.")]
    public string MessagePath { get; set; } = "/mcp/message";

    public IReadOnlyList<string> ApiKeyList => ConnectionOptions.Split(ApiKeys);

    /// <summary>The web pages of <c>MCP_ALLOWED_ORIGINS</c>.</summary>
    public IReadOnlyList<OriginPattern> AllowedPages { get; private set; } = [];

    /// <summary>The paths of the deprecated transport.</summary>
    public IEnumerable<string> FormerPaths => new[] { SsePath, MessagePath }.Select(path => path.TrimEnd('/')).Distinct(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApiKeys is not "" && ApiKeyList.Count is 0)
        {
            yield return new("MCP_API_KEYS holds no key, so it would let everybody in. Leave it out if that is meant.");
        }

        if (ApiKeyList.Any(key => ApiKeyFilter.TryHash(key) is null))
        {
            yield return new("MCP_API_KEYS holds a key that begins with sha256: but goes on with something else than 64 hexadecimal digits.");
        }

        var pages = new List<OriginPattern>();
        var origins = ConnectionOptions.Split(AllowedOrigins);
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
