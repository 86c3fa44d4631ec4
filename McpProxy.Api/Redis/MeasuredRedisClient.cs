using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace McpProxy.Api.Redis;

/// <summary>Measures and traces everything that is asked of Redis. What belongs to no request makes no trace.</summary>
internal sealed class MeasuredRedisClient(IRedisClient client, string backend) : IRedisClient
{
    public const string Duration = "mcpproxy.backend.operation.duration";

    private static readonly Histogram<double> _operations = ProxyTelemetry.Meter.CreateHistogram(
        Duration, "s", "How long the connection backend took for one operation.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    public async Task<string[]> EvaluateAsync(RedisScript script, string[] keys, string[] arguments, CancellationToken cancellationToken)
    {
        var tags = new TagList
        {
            { "db.system.name", "redis" },
            { "db.operation.name", "EVAL" },
            { "db.stored_procedure.name", script.Name },
            { "mcpproxy.backend", backend },
        };
        var span = Activity.Current is null
            ? null
            : ProxyTelemetry.Source.StartActivity($"EVAL {script.Name}", ActivityKind.Client, default(ActivityContext), tags);
        using var operation = new Operation(span, _operations, tags);
        try
        {
            return await client.EvaluateAsync(script, keys, arguments, cancellationToken);
        }
        catch (Exception exception)
        {
            operation.Fail(exception is BackendException { Code: var code } ? code : exception.GetType().Name);
            throw;
        }
    }
}
