using McpProxy.Api.Redis;
using Microsoft.AspNetCore.DataProtection;

namespace McpProxy.Api.Connections.Backends;

/// <summary>Where connections can be remembered.</summary>
internal static class BackendsExtensions
{
    private static readonly TimeSpan _maxUpstashAge = TimeSpan.FromSeconds(5);

    public static void AddLocalBackend(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IConnectionBackend, LocalConnectionBackend>();
        builder.Services.AddSingleton<IPinStore, LocalPinStore>();
        builder.Services.AddKeyedSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>(ConnectionsExtensions.Keys);
    }

    public static void AddRedisBackend(this IHostApplicationBuilder builder)
    {
        builder.AddRedis();
        builder.Services.AddBackend(RedisExtensions.Redis, maxAge: null);
        builder.Services.AddHostedService<RedisWatch>();
    }

    public static void AddUpstashBackend(this IHostApplicationBuilder builder)
    {
        builder.AddUpstash();
        builder.Services.AddBackend(RedisExtensions.Upstash, _maxUpstashAge);
    }

    private static void AddBackend(this IServiceCollection services, string name, TimeSpan? maxAge)
    {
        services.AddSingleton<RedisConnectionKeys>();
        services.AddSingleton<RedisConnectionStore>();
        services.AddSingleton<IPinStore, RedisPinStore>();
        services.AddKeyedSingleton<IDataProtectionProvider, SharedKeys>(ConnectionsExtensions.Keys);
        services.AddSingleton(provider => new RedisConnectionBackend(
            name,
            provider.GetRequiredService<RedisConnectionStore>(),
            maxAge,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisConnectionBackend>>()));
        services.AddSingleton<IConnectionBackend>(provider => provider.GetRequiredService<RedisConnectionBackend>());
    }
}
