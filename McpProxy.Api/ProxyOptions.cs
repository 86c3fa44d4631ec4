using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpProxy.Api.Connections;
using McpProxy.Api.Tools;

namespace McpProxy.Api;

/// <summary>How MCP clients reach the proxy.</summary>
internal sealed class ProxyOptions : IValidatableObject
{
    [ConfigurationKeyName("MCP_TRANSPORT")]
    [Description("How MCP clients talk to the proxy: http, or stdio for a client that starts it as its own process (--stdio does the same).")]
    public ProxyTransport Transport { get; set; }

    [ConfigurationKeyName("MCP_SERVER_HOST")]
    [Description("The address to listen on. Anything but a loopback address lets other machines in.")]
    public string Host { get; set; } = "127.0.0.1";

    [ConfigurationKeyName("MCP_SERVER_PORT")]
    [Description("The port to listen on. Set, it wins over ASPNETCORE_URLS.")]
    [Range(1, 65_535)]
    public int Port { get; set; } = 3001;

    [ConfigurationKeyName("MCP_ALLOWED_ORIGINS")]
    [Description("Host names of web pages that may call the proxy, separated by commas; any scheme and port. Pages from this machine always may.")]
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

    /// <summary>Where to listen, or <see langword="null"/> if the host is none.</summary>
    public string? Url => Uri.TryCreate($"http://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host.Trim('[', ']')}]" : Host)}:{Port}", UriKind.Absolute, out var url)
        ? url.GetLeftPart(UriPartial.Authority)
        : null;

    public IReadOnlyList<string> ApiKeyList => ConnectionOptions.Split(ApiKeys);

    public IReadOnlySet<string> AllowedOriginHosts
        => ConnectionOptions.Split(AllowedOrigins).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        => ApiKeyList.Any(key => ApiKeyFilter.TryHash(key) is null)
            ? [new("MCP_API_KEYS holds a key that begins with sha256: but goes on with something else than 64 hexadecimal digits.")]
            : [];
}
