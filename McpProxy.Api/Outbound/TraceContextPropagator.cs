using System.Diagnostics;

namespace McpProxy.Api.Outbound;

/// <summary>Lets agent servers join the trace, with the hop count in its state, and keeps the baggage that an MCP client sent with it from them.</summary>
internal sealed class TraceContextPropagator : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";

    private static readonly DistributedContextPropagator _standard = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent, Hops.TraceState];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        var fields = new Dictionary<string, string>();
        _standard.Inject(activity, fields, static (target, name, value) => ((Dictionary<string, string>)target!)[name] = value);
        if (!fields.TryGetValue(TraceParent, out var traceParent))
        {
            return;
        }

        setter?.Invoke(carrier, TraceParent, traceParent);
        if (Hops.AddToTraceState(fields.GetValueOrDefault(Hops.TraceState), ((HttpRequestMessage)carrier!).Headers) is { } traceState)
        {
            setter?.Invoke(carrier, Hops.TraceState, traceState);
        }
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
        => _standard.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
