using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace McpProxy.Api.Redis;

internal static class RedisExtensions
{
    public const string Redis = "redis";
    public const string Upstash = "upstash";

    /// <summary>Reaches a Redis over a socket.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        var options = builder.AddSettings<RedisOptions>();
        var address = RedisAddress.Parse(options.ConnectionString ?? throw new SettingsException(
            "MCP_CONNECTION_BACKEND=redis needs ConnectionStrings__redis: where Redis is, for example localhost:6379."));

        builder.AddRedisClient(
            Redis,
            settings =>
            {
                settings.ConnectionString = address.ConnectionString;

                // A proxy without Redis can still call the servers it knows, and its own telemetry is the same for every backend.
                settings.DisableAutoActivation = true;
                settings.DisableHealthChecks = true;
                settings.DisableTracing = true;
            },
            connection => Configure(connection, address));
        builder.Services.AddSingleton<StackExchangeRedisClient>();
        builder.Services.AddMeasured<StackExchangeRedisClient>(Redis);
    }

    /// <summary>Reaches an Upstash database over HTTP.</summary>
    public static void AddUpstash(this IHostApplicationBuilder builder)
    {
        var options = builder.AddSettings<RedisOptions>();
        var text = options.UpstashUrl ?? options.KvUrl ?? throw new SettingsException(
            "MCP_CONNECTION_BACKEND=upstash needs UPSTASH_REDIS_REST_URL: the REST URL that Upstash shows for the database.");
        var token = options.UpstashToken ?? options.KvToken ?? throw new SettingsException(
            "MCP_CONNECTION_BACKEND=upstash needs UPSTASH_REDIS_REST_TOKEN: the REST token that Upstash shows for the database.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            throw new SettingsException("UPSTASH_REDIS_REST_URL must be a URL that begins with https://.");
        }

        if (token.Any(character => character is <= ' ' or > '~'))
        {
            throw new SettingsException("UPSTASH_REDIS_REST_TOKEN holds a character that no token has.");
        }

        builder.Services.AddSingleton(_ => new UpstashClient(url, token));
        builder.Services.AddMeasured<UpstashClient>(Upstash);
    }

    /// <summary>Whatever is asked of Redis goes through the <see cref="IRedisClient"/> that is registered here, and so is measured.</summary>
    private static void AddMeasured<TClient>(this IServiceCollection services, string backend)
        where TClient : IRedisClient
        => services.AddSingleton<IRedisClient>(provider => new MeasuredRedisClient(provider.GetRequiredService<TClient>(), backend));

    private static void Configure(ConfigurationOptions connection, RedisAddress address)
    {
        connection.AbortOnConnectFail = false;
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        connection.ConnectTimeout = 2000;
        connection.AsyncTimeout = 2000;
        connection.ClientName ??= ProxyInfo.Name;
        connection.Password = address.Password ?? connection.Password;

        // It would log the connection string.
        connection.LoggerFactory = NullLoggerFactory.Instance;
    }
}
