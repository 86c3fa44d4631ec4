using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpProxy.Api.Hosting;

/// <summary>What the web server takes from clients: how much, how many, and how slowly.</summary>
internal static class ClientLimits
{
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

    public static ClientOptions AddClientLimits(this WebApplicationBuilder builder)
    {
        var options = builder.AddSettings<ClientOptions>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, options.RequestIdleTime + _grace);
            kestrel.Limits.RequestHeadersTimeout = options.RequestIdleTime;
            kestrel.Limits.MinResponseDataRate = options.MinReadBytesPerSecond is 0 ? null : new MinDataRate(options.MinReadBytesPerSecond, _grace);
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                var end = endpoint.ApplicationServices.GetRequiredService<OrderlyEnd>();
                endpoint.Use(next => connection => end.WatchAsync(connection, next));
            });
        });

        return options;
    }
}
