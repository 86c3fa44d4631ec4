using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpProxy.AppHost;

/// <summary>Tells in the AppHost's own log, where people look first, where the MCP endpoint is, or why there is none.</summary>
internal static partial class StartupReport
{
    private const string Category = "McpProxy.AppHost";

    public static void AddStartupReport(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> proxy)
    {
        // Of what resources write, only what they write to standard error.
        builder.Services.AddLogging(logging => logging.AddFilter($"{Category}.Resources", LogLevel.Error));

        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            RefuseTakenPort(builder, proxy.GetEndpoint("http").EndpointAnnotation.Port);

            return Task.CompletedTask;
        });

        proxy.OnResourceReady((resource, ready, _) =>
        {
            LogEndpoint(LoggerFrom(ready.Services), $"{resource.GetEndpoint("http").Url}/mcp");

            return Task.CompletedTask;
        });

        builder.Eventing.Subscribe<ResourceStoppedEvent>((stopped, _) =>
        {
            var isStopping = stopped.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
            if (stopped.ResourceEvent.Snapshot.ExitCode is int exitCode and not 0 && !isStopping)
            {
                LogEnded(LoggerFrom(stopped.Services), stopped.Resource.Name, exitCode);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Without this, whatever has the port answers the health check, and would be taken for the proxy.</summary>
    private static void RefuseTakenPort(IDistributedApplicationBuilder builder, int? port)
    {
        var isFixed = builder.ExecutionContext.IsRunMode && !builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");
        if (isFixed && IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port))
        {
            throw new DistributedApplicationException(
                $"Port {port} is taken, so the proxy can't listen there. Stop what does, or add -- --DcpPublisher:RandomizePorts=true for free ports.");
        }
    }

    private static ILogger LoggerFrom(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);

    [LoggerMessage(LogLevel.Information, "MCP endpoint: {Url}. Add it to an MCP client, or try it: dotnet aspire mcp call proxy listAgents")]
    private static partial void LogEndpoint(ILogger logger, string url);

    [LoggerMessage(LogLevel.Error, "{Resource} ended with exit code {ExitCode}. What it wrote is above, and in the dashboard.")]
    private static partial void LogEnded(ILogger logger, string resource, int exitCode);
}
