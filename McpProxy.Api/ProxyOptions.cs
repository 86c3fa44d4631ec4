using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpProxy.Api.Connections;
using McpProxy.Api.Tools;

namespace McpProxy.Api;

/// <summary>How MCP clients reach the proxy.</summary>
internal sealed class ProxyOptions
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

    [ConfigurationKeyName("MCP_RESULT_TEXT")]
    [Description("What a tool's result says as text: text (the agent's words) or json (all fields, for clients that read them out of the text).")]
    public ResultText ResultText { get; set; }

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

    public IReadOnlySet<string> AllowedOriginHosts
        => ConnectionOptions.Split(AllowedOrigins).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
