using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.AspNetCore;

#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Microsoft.Extensions.DependencyInjection;

public static class HttpMcpServerBuilderExtensions
{
    /// <summary>Serves the MCP server over Streamable HTTP, on the path that <c>MapMcp</c> names.</summary>
    public static IMcpServerBuilder WithHttpTransport(this IMcpServerBuilder builder, Action<HttpServerTransportOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.TryAddSingleton<McpEndpoint>();
        builder.Services.TryAddSingleton<StatelessServers>();
        builder.Services.TryAddSingleton<SessionTable>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SessionTable>());
        if (configureOptions is not null)
        {
            builder.Services.Configure(configureOptions);
        }

        return builder;
    }
}
