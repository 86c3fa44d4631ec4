namespace McpProxy.Api.Mcp;

/// <summary>
/// Writes a comment into every event stream that has been silent for five seconds: clients and load balancers cut a connection on which nothing is said
/// while an agent thinks. Clients skip comments.
/// </summary>
internal static class KeepAlive
{
    public static void UseKeepAlive(this IApplicationBuilder app)
        => app.UseWhen(context => context.Request.Path.StartsWithSegments(McpExtensions.Path, StringComparison.OrdinalIgnoreCase), mcp => mcp.Use(HandleAsync));

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
