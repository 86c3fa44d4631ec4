using System.Diagnostics;

namespace McpProxy.Api.AgentServers;

/// <summary>Lets agent servers join the trace, and keeps the baggage that an MCP client sent with it from them.</summary>
internal sealed class TraceContextPropagator : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator Standard = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent", "tracestate"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
        => Standard.Inject(activity, carrier, (target, name, value) =>
        {
            if (Fields.Contains(name))
            {
                setter?.Invoke(target, name, value);
            }
        });

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
        => Standard.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
