namespace McpProxy.Api.Access;

/// <summary>Keeps web pages from using the proxy on the machine of whoever opens them.</summary>
internal static class OriginFilter
{
    public static void UseOriginFilter(this WebApplication app, AccessOptions options)
    {
        var allowed = options.AllowedPages;

        app.Use((context, next) => context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin || IsAllowed(origin, allowed)
            ? next(context)
            : context.RefuseAsync(
                StatusCodes.Status403Forbidden, "This web page may not use the proxy. To allow it, add its host name to MCP_ALLOWED_ORIGINS."));
        app.UseCors(policy => policy
            .SetIsOriginAllowed(origin => IsAllowed(origin, allowed))
            .AllowAnyHeader()
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
            .WithExposedHeaders("Mcp-Session-Id", "WWW-Authenticate", "Retry-After"));
    }

    private static bool IsAllowed(string origin, IReadOnlyList<OriginPattern> allowed)
        => Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && (uri.IsLoopback || allowed.Any(page => page.Matches(uri)));
}
