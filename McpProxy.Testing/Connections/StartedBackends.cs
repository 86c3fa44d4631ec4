using McpProxy.Api;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using McpProxy.Api.Connections.Backends;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpProxy.Testing.Connections;

/// <summary>Backends as the proxy registers them, without the rest of it, and the servers behind them. All end with this object.</summary>
internal sealed class StartedBackends : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();

    /// <summary>The clock of all backends.</summary>
    public ShiftedTime Time { get; } = new();

    public async Task<RedisServer> ServerAsync(params string[] arguments)
    {
        var server = await RedisServer.StartAsync(arguments);
        _started.Push(server);

        return server;
    }

    public async Task<UpstashServer> UpstashServerAsync(RedisServer redis)
    {
        var server = await UpstashServer.StartAsync(redis);
        _started.Push(server);

        return server;
    }

    /// <returns>The settings of a proxy that keeps its connections in a Redis, by itself or as Upstash's.</returns>
    public async Task<string[]> SettingsAsync(string backend, RedisServer redis) => backend is "redis"
        ? ["MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}"]
        :
        [
            "MCP_CONNECTION_BACKEND=upstash",
            $"UPSTASH_REDIS_REST_URL={(await UpstashServerAsync(redis)).Url}",
            $"UPSTASH_REDIS_REST_TOKEN={UpstashServer.Token}",
        ];

    public async Task<RedisConnectionBackend> RedisAsync(RedisServer server, ConnectionOptions? options = null, LogLines? log = null, params string[] settings)
        => (await RedisServicesAsync(server, options, log, settings)).GetRequiredService<RedisConnectionBackend>();

    public async Task<RedisConnectionBackend> UpstashAsync(
        UpstashServer server, ConnectionOptions? options = null, LogLines? log = null, params string[] settings)
        => (await UpstashServicesAsync(server, options, log, settings)).GetRequiredService<RedisConnectionBackend>();

    /// <summary>A backend with what is registered beside it.</summary>
    public Task<IServiceProvider> RedisServicesAsync(RedisServer server, ConnectionOptions? options = null, LogLines? log = null, params string[] settings)
        => StartAsync("redis", options, log, [$"--ConnectionStrings:redis={server.Address}", .. settings]);

    /// <inheritdoc cref="RedisServicesAsync"/>
    public Task<IServiceProvider> UpstashServicesAsync(UpstashServer server, ConnectionOptions? options = null, LogLines? log = null, params string[] settings)
        => StartAsync("upstash", options, log, [$"--UPSTASH_REDIS_REST_URL={server.Url}", $"--UPSTASH_REDIS_REST_TOKEN={UpstashServer.Token}", .. settings]);

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
        {
            await started.DisposeAsync();
        }
    }

    private async Task<IServiceProvider> StartAsync(string backend, ConnectionOptions? options, LogLines? log, string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--MCP_CONNECTION_BACKEND={backend}", "--AGENT_SERVERS=http://static0 http://static1", .. settings]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.ReadSettings(ProxyApp.Options);
        builder.AddConnectionBackend(listensOnLoopback: true);
        if (options is not null)
        {
            builder.Services.AddSingleton(options);
        }

        // The web server is not part of it: only what keeps the backend going is started.
        var app = builder.Build();
        var watches = app.Services.GetServices<IHostedService>().OfType<RedisWatch>().ToList();
        foreach (var watch in watches)
        {
            await watch.StartAsync(TestContext.Current.CancellationToken);
        }

        _started.Push(new Running(app, watches));

        return app.Services;
    }

    private sealed class Running(WebApplication app, IReadOnlyList<RedisWatch> watches) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var watch in watches)
            {
                await watch.StopAsync(CancellationToken.None);
            }

            await app.DisposeAsync();
        }
    }
}
