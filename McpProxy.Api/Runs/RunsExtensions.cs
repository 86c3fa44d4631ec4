using McpProxy.Api.Redis;
using McpProxy.Api.Runs.History;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Api.Runs;

internal static class RunsExtensions
{
    /// <summary>Keeps a history of calls.</summary>
    public static void AddCallHistory(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<CallHistory>();

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
