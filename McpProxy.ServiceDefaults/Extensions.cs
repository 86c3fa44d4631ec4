using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

#pragma warning disable IDE0130 // Where every Aspire service looks for its defaults.
namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the solution has: telemetry and health checks.</summary>
public static class Extensions
{
    private const string Live = "live";
    private const string Health = "/health";
    private const string Alive = "/alive";

    // What the MCP SDK calls its own telemetry, in servers and in clients.
    private const string McpMeterAndSource = "Experimental.ModelContextProtocol";

    public static void AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.ConfigureOpenTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);
    }

    /// <summary>Traces, metrics and logs, exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Else none are made.</summary>
    private static void ConfigureOpenTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        // Passes the trace on to other servers, but not the baggage that a client sent with it.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        // No AddService: it would overrule the OTEL_SERVICE_NAME that Aspire sets.
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(McpMeterAndSource))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !IsHealthCheck(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddSource(McpMeterAndSource))
            .UseOtlpExporter();
    }

    /// <summary><c>/health</c> tells whether the service can do its work, <c>/alive</c> whether its process answers. Both are open to everybody.</summary>
    /// <param name="app">The service.</param>
    /// <param name="mayKnowMore">Who also learns of each check how it went; without it, everybody.</param>
    public static void MapDefaultEndpoints(this WebApplication app, Func<HttpContext, bool>? mayKnowMore = null)
    {
        app.MapHealthChecks(Health, new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks(Alive, new HealthCheckOptions { ResponseWriter = WriteAsync, Predicate = check => check.Tags.Contains(Live) }).AllowAnonymous();

        Task WriteAsync(HttpContext context, HealthReport report)
        {
            context.Response.ContentType = "application/json";

            return context.Response.WriteAsync(Format(report, mayKnowMore?.Invoke(context) is not false).ToJsonString(), context.RequestAborted);
        }
    }

    private static bool IsHealthCheck(PathString path) => path == Health || path == Alive;

    private static JsonObject Format(HealthReport report, bool tellsMore)
    {
        var health = new JsonObject { ["status"] = Name(report.Status) };
        if (!tellsMore)
        {
            return health;
        }

        var checks = new JsonObject();
        foreach (var (name, entry) in report.Entries)
        {
            var check = new JsonObject { ["status"] = Name(entry.Status) };
            if (entry.Description is { } description)
            {
                check["description"] = description;
            }

            checks[name] = check;
        }

        health["checks"] = checks;

        return health;
    }

    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();
}
