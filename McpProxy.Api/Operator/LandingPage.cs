namespace McpProxy.Api.Operator;

/// <summary>What someone sees who opens the proxy in a browser.</summary>
internal static class LandingPage
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>MCP Agent Proxy</title>
        <h1>MCP Agent Proxy</h1>
        <p>One MCP endpoint in front of many agent servers. MCP clients connect to <code>/mcp</code> over Streamable HTTP.</p>
        <ul>
        <li><a href="status">/status</a>: the agent servers and their agents</li>
        <li><a href="health">/health</a>: whether the proxy can do its work</li>
        </ul>
        </html>

        """;

    public static void MapLandingPage(this WebApplication app) => app.MapGet("/", () => Results.Content(Page, "text/html"));
}
