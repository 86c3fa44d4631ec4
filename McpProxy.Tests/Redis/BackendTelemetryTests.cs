using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using McpProxy.Api.Connections.Backends;
using McpProxy.Api.Redis;
using McpProxy.Api.Telemetry;

namespace McpProxy.Tests.Redis;

public sealed class BackendTelemetryTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task Measures_every_operation_and_the_age_of_the_snapshot_and_tells_no_secret()
    {
        var measurements = new ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name is ProxyTelemetry.Name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measurements.Enqueue((instrument.Name, value, new(tags.ToArray()))));
        listener.Start();
        var server = await _backends.ServerAsync("--requirepass", "canary");
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={server.Address},password=canary");
        await backend.AddAsync();
        await server.KillAsync();
        await backend.RefusalAsync("other");
        listener.RecordObservableInstruments();

        var operations = measurements.Where(measured => measured.Name is MeasuredRedisClient.Duration).ToList();
        Assert.Contains(operations, operation => operation.Tags is { } tags && tags["db.system.name"] is "redis" && tags["db.operation.name"] is "EVAL"
            && tags["db.stored_procedure.name"] is "add" && tags["mcpproxy.backend"] is "redis" && !tags.ContainsKey("error.type"));
        Assert.Contains(operations, operation => operation.Tags.GetValueOrDefault("error.type") is "interrupted" or "unreachable");
        Assert.Contains(measurements, measured => measured.Name is RedisConnectionBackend.SnapshotAge && measured.Tags["mcpproxy.backend"] is "redis");
        Assert.DoesNotContain(
            measurements,
            measured => measured.Tags.Values.Any(value => value?.ToString()!.Contains("canary", StringComparison.Ordinal) is true));
    }
}
