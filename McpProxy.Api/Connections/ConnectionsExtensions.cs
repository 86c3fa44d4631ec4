using McpProxy.Api.Settings;

namespace McpProxy.Api.Connections;

internal static class ConnectionsExtensions
{
    public static void AddConnectionBackend(this IHostApplicationBuilder builder, bool listensOnLoopback)
    {
        var options = builder.AddSettings<ConnectionOptions>();

        builder.Services.AddSingleton(new ServerUrlPolicy(options, listensOnLoopback));
        builder.Services.AddSingleton<ServerRegistry>();

        // A new backend is registered here, and nowhere else.
        builder.Services.AddKeyedSingleton<IConnectionBackend, LocalConnectionBackend>(LocalConnectionBackend.BackendName);

        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<IConnectionBackend>(options.Backend));
    }
}
