namespace McpProxy.Api.Mcp;

/// <summary>
/// Writes a comment, which clients skip, into every event stream that has been silent for five seconds: some clients and load balancers cut a silent
/// connection while an agent thinks.
/// </summary>
internal static class KeepAlive
{
    /// <param name="app">The proxy.</param>
    /// <param name="others">Where event streams come from besides the MCP endpoint.</param>
    public static void UseKeepAlive(this IApplicationBuilder app, params string[] others)
    {
        foreach (var start in others.Append(McpExtensions.Path))
        {
            app.UseWhen(
                context => context.Request.Path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase), streams => streams.Use(HandleAsync));
        }
    }

    private static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        await using var stream = new KeepAliveStream(context, context.RequestServices.GetRequiredService<TimeProvider>());
        context.Response.Body = stream;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }
    }
}
