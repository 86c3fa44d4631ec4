using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;

#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Microsoft.AspNetCore.Builder;

public static class McpEndpointRouteBuilderExtensions
{
    private const int LargestBody = 4 * 1024 * 1024;

    /// <summary>Serves MCP on a path. Without sessions that is POST alone, and any other method is answered 405.</summary>
    /// <returns>The endpoints, whose body limit of 4 MB another <see cref="RequestSizeLimitAttribute"/> overrules.</returns>
    /// <exception cref="InvalidOperationException"><c>WithHttpTransport</c> was not called.</exception>
    public static IEndpointConventionBuilder MapMcp(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "")
    {
        var endpoint = endpoints.ServiceProvider.GetService<McpEndpoint>()
            ?? throw new InvalidOperationException("MapMcp() needs builder.Services.AddMcpServer().WithHttpTransport().");

        var group = endpoints.MapGroup(pattern);
        group.WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        group.MapPost("", endpoint.PostAsync);
        if (endpoints.ServiceProvider.GetRequiredService<IOptions<HttpServerTransportOptions>>().Value.SessionMode is not HttpServerSessionMode.Stateless)
        {
            group.MapGet("", endpoint.GetAsync);
            group.MapDelete("", endpoint.DeleteAsync);
        }

        return group;
    }
}
