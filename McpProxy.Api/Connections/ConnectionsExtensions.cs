using McpProxy.Api.Connections.Redis;
using McpProxy.Api.Settings;

namespace McpProxy.Api.Connections;

internal static class ConnectionsExtensions
{
    /// <summary>A new backend is registered here, and nowhere else.</summary>
    public static IReadOnlyDictionary<string, Action<IHostApplicationBuilder>> Backends { get; } = new Dictionary<string, Action<IHostApplicationBuilder>>
    {
        [LocalConnectionBackend.BackendName] = builder => builder.Services.AddSingleton<IConnectionBackend, LocalConnectionBackend>(),
        [RedisExtensions.Redis] = RedisExtensions.AddRedisBackend,
        [RedisExtensions.Upstash] = RedisExtensions.AddUpstashBackend,
    };

    public static void AddConnectionBackend(this IHostApplicationBuilder builder, bool listensOnLoopback)
    {
        var options = builder.AddSettings<ConnectionOptions>();

        builder.Services.AddSingleton(new ServerUrlPolicy(options, listensOnLoopback));
        builder.Services.AddSingleton<ServerRegistry>();
        builder.Services.AddHealthChecks().AddCheck<ConnectionsHealthCheck>("connections");

        if (!Backends.TryGetValue(options.Backend, out var addBackend))
        {
            throw new SettingsException($"MCP_CONNECTION_BACKEND must be {string.Join(" or ", Backends.Keys)}. It is '{options.Backend}'.");
        }

        addBackend(builder);
    }
}
