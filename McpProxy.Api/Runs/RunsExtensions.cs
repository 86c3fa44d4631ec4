using McpProxy.Api.Redis;
using McpProxy.Api.Runs.History;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Api.Runs;

internal static class RunsExtensions
{
    /// <summary>Keeps a history of calls, which all replicas share where connections are.</summary>
    public static void AddCallHistory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CallHistory>();
        builder.Services.AddSingleton(services =>
        {
            var time = services.GetRequiredService<TimeProvider>();
            var store = services.GetService<IRedisClient>() is { } client
                ? new RedisCallStore(client, services.GetRequiredService<RedisOptions>(), time)
                : null;

            return new CallExchange(services.GetRequiredService<CallHistory>(), store, time, services.GetRequiredService<ILogger<CallExchange>>());
        });
        builder.Services.AddHostedService(services => services.GetRequiredService<CallExchange>());
    }

    /// <summary>Remembers runs where connections are remembered.</summary>
    public static void AddRuns(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<RunOptions>();
        builder.Services.AddSingleton<RunSupervisor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RunSupervisor>());
        builder.Services.AddSingleton<RunService>();
        builder.Services.AddSingleton<RunFollower>();
        builder.Services.AddSingleton<Conversations>();
        builder.Services.AddSingleton<IRunStore>(services =>
        {
            var options = services.GetRequiredService<RunOptions>();

            return services.GetService<IRedisClient>() is { } client
                ? new RedisRunStore(client, services.GetRequiredService<RedisOptions>(), options, RunOptions.Lease)
                : new LocalRunStore(options, services.GetRequiredService<TimeProvider>(), RunOptions.Lease, services.GetRequiredService<MemoryBudgets>().Runs);
        });
    }
}
