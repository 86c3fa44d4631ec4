using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Testing.Telemetry;

internal sealed record Span(
    string Service, string Source, string TraceId, string Id, string ParentId, string Name, int Kind, int Status, string StatusText,
    IReadOnlyList<string> Links, IReadOnlyDictionary<string, string> Attributes)
{
    public const int Server = 2;
    public const int Client = 3;
    public const int Failed = 2;
}

internal sealed record Measurement(string Service, string Name, string Unit, IReadOnlyList<double> Buckets, IReadOnlyDictionary<string, string> Attributes);

/// <summary>What an OpenTelemetry collector would get, over HTTP with protobuf. Field numbers are those of opentelemetry-proto 1.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<Measurement> _measurements = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What makes a process export to here, at once.</summary>
    public string[] Settings =>
    [
        $"OTEL_EXPORTER_OTLP_ENDPOINT={_app.Urls.Single()}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_METRIC_EXPORT_INTERVAL=200",
    ];

    public IReadOnlyCollection<Span> Spans => _spans;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", async context => receiver.AddSpans(await ReadAsync(context)));
        app.MapPost("/v1/metrics", async context => receiver.AddMeasurements(await ReadAsync(context)));
        await app.StartAsync(TestContext.Current.CancellationToken);

        return receiver;
    }

    public Task<Span> WaitForSpanAsync(Func<Span, bool> isMeant) => WaitAsync(_spans, isMeant);

    public Task<Measurement> WaitForMeasurementAsync(string name, Func<Measurement, bool> isMeant)
        => WaitAsync(_measurements, measurement => measurement.Name == name && isMeant(measurement));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<T> WaitAsync<T>(ConcurrentQueue<T> received, Func<T, bool> isMeant)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(_patience);
        while (true)
        {
            if (received.FirstOrDefault(isMeant) is { } found)
            {
                return found;
            }

            Assert.False(patience.IsCancellationRequested, $"It did not come. Others did:\n{string.Join('\n', received)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<Protobuf> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);

        return new(body.ToArray());
    }

    private void AddSpans(Protobuf request)
    {
        foreach (var (service, scope) in Scopes(request))
        {
            foreach (var span in scope.Messages(2))
            {
                var status = span.Messages(15).FirstOrDefault();
                _spans.Enqueue(new(
                    service, scope.Messages(1).Single().Text(1), Hex(span, 1), Hex(span, 2), Hex(span, 4), span.Text(5), (int)span.Number(6),
                    (int)(status?.Number(3) ?? 0), status?.Text(2) ?? "", [.. span.Messages(13).Select(link => Hex(link, 2))], Attributes(span, 9)));
            }
        }
    }

    private void AddMeasurements(Protobuf request)
    {
        foreach (var (service, scope) in Scopes(request))
        {
            foreach (var metric in scope.Messages(2))
            {
                // A gauge, a sum or a histogram; only the last has buckets.
                foreach (var (data, attributes) in new[] { (5, 7), (7, 7), (9, 9) })
                {
                    foreach (var point in metric.Messages(data).SelectMany(points => points.Messages(1)))
                    {
                        _measurements.Enqueue(
                            new(service, metric.Text(1), metric.Text(3), data is 9 ? Doubles(point.Bytes(7)) : [], Attributes(point, attributes)));
                    }
                }
            }
        }
    }

    private static IEnumerable<(string Service, Protobuf Scope)> Scopes(Protobuf request)
        => from resource in request.Messages(1)
           from scope in resource.Messages(2)
           select (Attributes(resource.Messages(1).Single(), 1)["service.name"], scope);

    private static string Hex(Protobuf message, int field) => Convert.ToHexStringLower(message.Bytes(field));

    private static List<double> Doubles(byte[] packed) => [.. packed.Chunk(8).Select(bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes))];

    private static Dictionary<string, string> Attributes(Protobuf message, int field)
        => message.Messages(field).ToDictionary(pair => pair.Text(1), pair => Value(pair.Messages(2).Single()));

    private static string Value(Protobuf value) => value.Has(1) ? value.Text(1) : $"{value.Number(value.Has(2) ? 2 : 3)}";
}
