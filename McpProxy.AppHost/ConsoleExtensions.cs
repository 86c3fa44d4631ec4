namespace McpProxy.AppHost;

internal static class ConsoleExtensions
{
    /// <summary>Switches on the proxy's page for people, which links to the traces in the dashboard.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="dashboardUrls">Where the dashboard listens, as far as that is known before it does.</param>
    public static void WithConsole(this IResourceBuilder<ProjectResource> proxy, string? dashboardUrls)
    {
        proxy.WithEnvironment("MCP_CONSOLE", "true");
        if (Uri.TryCreate(dashboardUrls?.Split(';')[0], UriKind.Absolute, out var dashboard) && dashboard.Port is not 0)
        {
            var traceUrl = dashboard.GetLeftPart(UriPartial.Authority) + "/traces/detail/{traceId}";
            proxy.WithEnvironment("MCP_TRACE_URL", traceUrl);
        }
    }
}
