using McpProxy.Api.Connections.Backends;
using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections;

internal static class ConnectionsExtensions
{
    /// <summary>The name of the data protection whose keys are those of all replicas that share a backend.</summary>
    public const string Keys = "backend";

    /// <summary>A new backend is registered here, and nowhere else.</summary>
    public static IReadOnlyDictionary<string, Action<IHostApplicationBuilder>> Backends { get; } = new Dictionary<string, Action<IHostApplicationBuilder>>
    {
        [LocalConnectionBackend.BackendName] = BackendsExtensions.AddLocalBackend,
        [RedisExtensions.Redis] = BackendsExtensions.AddRedisBackend,
        [RedisExtensions.Upstash] = BackendsExtensions.AddUpstashBackend,
    };

    public static void AddConnectionBackend(this IHostApplicationBuilder builder, bool listensOnLoopback)
    {
        var options = builder.AddSettings<ConnectionOptions>();

        var policy = new ServerUrlPolicy(options, listensOnLoopback);

        // Said at the start: else it would look like a server that can't be reached.
        if (options.StaticServers.FirstOrDefault(server => policy.Problem(server.Url) is not null) is { } never)
        {
            throw new SettingsException($"AGENT_SERVERS can't hold {never.Name}: {policy.Problem(never.Url)}");
        }

        builder.Services.AddSingleton(policy);
        builder.Services.AddSingleton<ServerRegistry>();
        builder.Services.AddHealthChecks().AddCheck<ConnectionsHealthCheck>("connections");

        if (!Backends.TryGetValue(options.Backend, out var addBackend))
        {
            throw new SettingsException($"MCP_CONNECTION_BACKEND must be {string.Join(" or ", Backends.Keys)}.{SettingsExtensions.Quote(options.Backend)}");
        }

        addBackend(builder);
    }
}
