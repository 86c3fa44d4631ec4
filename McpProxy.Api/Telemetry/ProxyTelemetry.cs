using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace McpProxy.Api.Telemetry;

/// <summary>Where the proxy's own spans and measurements come from. Each room names its own, after OpenTelemetry's conventions.</summary>
internal static class ProxyTelemetry
{
    public const string Name = "McpProxy";

    public static ActivitySource Source { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    public static void AddProxyTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(Name));
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(Name));
    }
}
