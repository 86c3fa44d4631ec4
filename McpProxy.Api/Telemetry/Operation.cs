using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace McpProxy.Api.Telemetry;

/// <summary>Something that takes time and may fail: a span, and a measurement when it ends.</summary>
internal sealed class Operation(Activity? span, Histogram<double> duration, TagList tags, Action? onEnd = null) : IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();

    private TagList _tags = tags;

    public Activity? Span => span;

    /// <summary>What the measurement will say besides how long it took.</summary>
    public TagList Tags => _tags;

    public void Tag(string name, object? value)
    {
        span?.SetTag(name, value);
        _tags.Add(name, value);
    }

    /// <param name="type">What went wrong, in one word that stays the same.</param>
    public void Fail(string type)
    {
        Tag("error.type", type);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _tags);
        onEnd?.Invoke();
        span?.Dispose();
    }
}
