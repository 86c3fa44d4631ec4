using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Microsoft.Extensions.Hosting;

public static class AspireRedisExtensions
{
    /// <summary>Adds the connection to Redis that the connection string of that name describes. It is made when it is first needed.</summary>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
    {
        var settings = new StackExchangeRedisSettings { ConnectionString = builder.Configuration.GetConnectionString(connectionName) };
        configureSettings?.Invoke(settings);
        if (!settings.DisableHealthChecks || !settings.DisableTracing)
        {
            throw new NotSupportedException("Without the package Aspire.StackExchange.Redis there are no health checks and no tracing: set DisableHealthChecks and DisableTracing.");
        }

        builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
        {
            var options = ConfigurationOptions.Parse(settings.ConnectionString ?? throw new InvalidOperationException($"There is no connection string '{connectionName}'."));
            configureOptions?.Invoke(options);

            return ConnectionMultiplexer.Connect(options);
        });
    }
}
