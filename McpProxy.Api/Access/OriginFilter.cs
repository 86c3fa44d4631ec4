namespace McpProxy.Api.Access;

/// <summary>Keeps web pages from using the proxy on the machine of whoever opens them.</summary>
internal static class OriginFilter
{
    /// <param name="app">The proxy.</param>
    /// <param name="options">Which pages are allowed.</param>
    /// <param name="hasOwnPage">Whether the proxy serves a page that may use it, under whatever name the proxy answers to.</param>
    public static void UseOriginFilter(this WebApplication app, AccessOptions options, bool hasOwnPage)
    {
        var allowed = options.AllowedPages;

        app.Use((context, next) => context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin || IsAllowed(origin, allowed)
            || (hasOwnPage && IsOwn(origin, context.Request.Host))
            ? next(context)
            : context.RefuseAsync(
                StatusCodes.Status403Forbidden, "This web page may not use the proxy. To allow it, add its host name to MCP_ALLOWED_ORIGINS."));
        app.UseCors(policy => policy
            .SetIsOriginAllowed(origin => IsAllowed(origin, allowed))
            .AllowAnyHeader()
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
            .WithExposedHeaders("Mcp-Session-Id", "WWW-Authenticate", "Retry-After"));
    }

    /// <remarks>Not the scheme: a reverse proxy may speak HTTPS in front of this one. Which names the proxy answers to is checked elsewhere.</remarks>
    private static bool IsOwn(string origin, HostString host)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsAllowed(string origin, IReadOnlyList<OriginPattern> allowed)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && (uri.IsLoopback || allowed.Any(page => page.Matches(uri)));
}
