using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.AgentServers;
using McpProxy.Api.Connections;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace McpProxy.Api;

/// <summary>
/// The names of what the proxy tells about itself, after OpenTelemetry's conventions for generative AI: all in this file. What was said is told only
/// when asked for; tokens, credentials and users never.
/// </summary>
internal static class Telemetry
{
    public const string Name = "McpProxy";
    public const string BackendOperationDuration = "mcpproxy.backend.operation.duration";
    public const string SnapshotAge = "mcpproxy.snapshot.age";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> BackendOperations = Meter.CreateHistogram(
        BackendOperationDuration, "s", "How long the connection backend took for one operation.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    private static readonly Histogram<double> InvokeAgentDuration = Meter.CreateHistogram(
        "gen_ai.invoke_agent.duration", "s", "How long agents took to answer.", null, BucketsFrom(0.1));

    private static readonly Histogram<double> DiscoveryDuration = Meter.CreateHistogram(
        "mcpproxy.discovery.duration", "s", "How long agent servers took to say what agents they have.", null, BucketsFrom(0.005));

    private static readonly UpDownCounter<int> ActiveCalls = Meter.CreateUpDownCounter<int>(
        "mcpproxy.calls.active", "{call}", "Calls that agents have not answered yet.");

    private static readonly Gauge<int> Servers = Meter.CreateGauge<int>(
        "mcpproxy.servers", "{server}", "Agent servers by their status when all were last asked.");

    /// <param name="builder">What the proxy is built with.</param>
    /// <param name="withContent">Whether spans may hold what was said.</param>
    public static void AddTelemetry(this IHostApplicationBuilder builder, bool withContent)
    {
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(Name));
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing =>
        {
            tracing.AddSource(Name);
            if (!withContent)
            {
                tracing.AddProcessor<ToolErrorSpanFilter>();
            }
        });
    }

    public static Operation StartInvokeAgent(ResolvedAgent agent, AgentCall call, bool withContent)
    {
        var url = agent.Server.Url.Root;
        var tags = new TagList
        {
            { "gen_ai.operation.name", "invoke_agent" },
            { "gen_ai.provider.name", agent.Server.Type },
            { "mcpproxy.server.name", agent.Server.Name },
            { "mcpproxy.server.type", agent.Server.Type },
            { "server.address", url.Host },
            { "server.port", url.Port },
        };
        var server = new KeyValuePair<string, object?>("mcpproxy.server.name", agent.Server.Name);
        ActiveCalls.Add(1, server);

        // A model can make up any number of ids: they are for spans, not for metrics.
        var span = Source.StartActivity(
            $"invoke_agent {agent.AgentId}",
            ActivityKind.Client,
            default(ActivityContext),
            [.. tags, new("gen_ai.agent.id", agent.AgentId), new("gen_ai.agent.name", agent.AgentId)]);
        span?.SetTag("gen_ai.conversation.id", call.ThreadId);
        span?.SetTag("mcpproxy.hop_count", call.Hops);
        span?.SetTag("mcpproxy.resolution", JsonNamingPolicy.SnakeCaseLower.ConvertName(agent.Method.ToString()));
        if (withContent)
        {
            span?.SetTag("gen_ai.input.messages", Messages(call.Messages));
        }

        return new(span, InvokeAgentDuration, tags, () => ActiveCalls.Add(-1, server));
    }

    public static Operation StartDiscovery(AgentServer server)
    {
        var tags = new TagList { { "mcpproxy.server.name", server.Name } };

        return new(Source.StartActivity($"agents.discover {server.Name}", ActivityKind.Internal, default(ActivityContext), tags), DiscoveryDuration, tags);
    }

    public static void Record(Operation invocation, AgentAnswer answer, bool withContent)
    {
        var span = invocation.Span;
        span?.SetTag("gen_ai.conversation.id", answer.Reply.ThreadId);
        span?.SetTag("gen_ai.usage.input_tokens", answer.Reply.Usage?.InputTokens);
        span?.SetTag("gen_ai.usage.output_tokens", answer.Reply.Usage?.OutputTokens);
        span?.SetTag("gen_ai.response.finish_reasons", answer.Reply.FinishReason is { } reason ? new[] { reason } : null);
        if (withContent)
        {
            span?.SetTag("gen_ai.output.messages", Messages([new(AgentMessageRole.Assistant, answer.Reply.Text)]));
        }

        if (answer.Failure is { } failure)
        {
            invocation.Fail(failure);
        }
    }

    public static void Record(Operation discovery, AgentListing listing)
    {
        discovery.Tag("mcpproxy.server.type", listing.Server.Type);
        if (listing.Failure is { } failure)
        {
            discovery.Fail(failure);
        }
    }

    public static void Record(IReadOnlyList<AgentListing> listings)
    {
        foreach (var status in AgentListing.Statuses)
        {
            Servers.Record(listings.Count(listing => listing.Status == status), new KeyValuePair<string, object?>("status", status));
        }
    }

    private static InstrumentAdvice<double> BucketsFrom(double first)
        => new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 13).Select(i => first * (1 << i))] };

    private static string Messages(IEnumerable<AgentMessage> messages) => new JsonArray([.. messages.Select(message => new JsonObject
    {
        ["role"] = message.Role.ToString().ToLowerInvariant(),
        ["parts"] = new JsonArray(new JsonObject { ["type"] = "text", ["content"] = message.Content }),
    })]).ToJsonString();

    /// <summary>Every operation of the connection backend goes through here; one that belongs to no request makes no trace.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <param name="script">What is done.</param>
    /// <param name="operation">Does it.</param>
    public static async Task<T> MeasureBackendAsync<T>(string backend, string script, Func<Task<T>> operation)
    {
        var tags = new TagList
        {
            { "db.system.name", "redis" },
            { "db.operation.name", "EVAL" },
            { "db.stored_procedure.name", script },
            { "mcpproxy.backend", backend },
        };
        var span = Activity.Current is null ? null : Source.StartActivity($"EVAL {script}", ActivityKind.Client, default(ActivityContext), tags);
        using var measured = new Operation(span, BackendOperations, tags);
        try
        {
            return await operation();
        }
        catch (Exception exception)
        {
            measured.Fail(exception);
            throw;
        }
    }

    /// <summary>Reports how old a backend's list of servers is, until the result is disposed of.</summary>
    public static Meter ReportSnapshotAge(string backend, Func<TimeSpan?> age)
    {
        var meter = new Meter(Name);
        meter.CreateObservableGauge(
            SnapshotAge,
            () => age() is { TotalSeconds: var seconds } ? [new(seconds, new KeyValuePair<string, object?>("mcpproxy.backend", backend))] : Array.Empty<Measurement<double>>(),
            "s",
            "How old the list of connected servers is.");

        return meter;
    }

    /// <summary>Something that takes time and may fail: a span, and a measurement when it ends.</summary>
    internal sealed class Operation(Activity? span, Histogram<double> duration, TagList tags, Action? onEnd = null) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        private TagList _tags = tags;

        public Activity? Span => span;

        public void Tag(string name, object? value)
        {
            span?.SetTag(name, value);
            _tags.Add(name, value);
        }

        public void Fail(Exception exception)
        {
            Tag("error.type", exception switch
            {
                AgentServerException { Error: var error } => error.ToString(),
                BackendException { Code: var code } => code,
                _ => exception.GetType().Name,
            });
            span?.SetStatus(ActivityStatusCode.Error);
        }

        public void Dispose()
        {
            duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _tags);
            onEnd?.Invoke();
            span?.Dispose();
        }
    }
}
