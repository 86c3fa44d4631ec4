using McpProxy.Api.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Console;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api;

/// <summary>Where MCP clients come in.</summary>
internal static class TransportExtensions
{
    private const string LoopbackHosts = "localhost;127.0.0.1;[::1]";

    private static readonly string[] HostingKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>Nothing but the protocol on standard output, logs on standard error, and no web server.</summary>
    public static void UseStdio(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IServer, NoServer>();
        builder.Services.AddSingleton<ITransport, StdioTransport>();
    }

    /// <summary>Our own settings decide where to listen when they are set, then whatever the hosting environment says, then the defaults.</summary>
    /// <returns>Whether only this machine can reach the proxy. Ports without a host, and endpoints that Kestrel reads itself, count as open.</returns>
    public static bool UseListenUrls(this WebApplicationBuilder builder, ProxyOptions options)
    {
        var configuration = builder.Configuration;
        var isOwn = !string.IsNullOrEmpty(configuration["MCP_SERVER_PORT"] + configuration["MCP_SERVER_HOST"]);
        var isHosted = HostingKeys.Any(key => !string.IsNullOrEmpty(configuration[key])) || configuration.GetSection("Kestrel:Endpoints").Exists();
        if (isOwn || !isHosted)
        {
            builder.WebHost.UseUrls(options.Url ?? throw new SettingsException($"MCP_SERVER_HOST must be an IP address or a host name. It is '{options.Host}'."));
        }

        var isLoopback = configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback) is true;
        if (isLoopback)
        {
            // A name that someone else's DNS leads to this machine must not open it to a web page of theirs.
            configuration["AllowedHosts"] ??= LoopbackHosts;
        }

        return isLoopback;
    }

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
            => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
