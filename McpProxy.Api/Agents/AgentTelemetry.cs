using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents;

/// <summary>
/// What is measured and traced of agents, after OpenTelemetry's conventions for generative AI. What was said is only in it when asked for; tokens,
/// credentials and users never.
/// </summary>
internal static class AgentTelemetry
{
    private static readonly Histogram<double> _invokeDuration = ProxyTelemetry.Meter.CreateHistogram(
        "gen_ai.invoke_agent.duration", "s", "How long agents took to answer.", null, BucketsFrom(0.1));

    private static readonly Histogram<double> _discoveryDuration = ProxyTelemetry.Meter.CreateHistogram(
        "mcpproxy.discovery.duration", "s", "How long agent servers took to say what agents they have.", null, BucketsFrom(0.005));

    private static readonly Histogram<long> _tokens = ProxyTelemetry.Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "How many tokens an answer took, where its agent says so.", null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(i => 1L << (2 * i))] });

    private static readonly UpDownCounter<int> _activeCalls = ProxyTelemetry.Meter.CreateUpDownCounter<int>(
        "mcpproxy.calls.active", "{call}", "Calls that agents have not answered yet.");

    private static readonly Gauge<int> _servers = ProxyTelemetry.Meter.CreateGauge<int>(
        "mcpproxy.servers", "{server}", "Agent servers by their status when all were last asked.");

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
        _activeCalls.Add(1, server);

        // A model can make up any number of ids: they are for spans, not for metrics.
        var span = ProxyTelemetry.Source.HasListeners()
            ? ProxyTelemetry.Source.StartActivity(
                $"invoke_agent {agent.AgentId}",
                ActivityKind.Client,
                default(ActivityContext),
                [.. tags, new("gen_ai.agent.id", agent.AgentId), new("gen_ai.agent.name", agent.AgentId)])
            : null;
        span?.SetTag("gen_ai.conversation.id", call.ThreadId);
        span?.SetTag("mcpproxy.hop_count", call.Hops);
        span?.SetTag("mcpproxy.resolution", JsonNamingPolicy.SnakeCaseLower.ConvertName(agent.Method.ToString()));
        if (withContent)
        {
            span?.SetTag("gen_ai.input.messages", Format(call.Messages));
        }

        return new(span, _invokeDuration, tags, () => _activeCalls.Add(-1, server));
    }

    public static Operation StartDiscovery(AgentServer server)
    {
        var tags = new TagList { { "mcpproxy.server.name", server.Name } };
        var span = ProxyTelemetry.Source.StartActivity($"agents.discover {server.Name}", ActivityKind.Internal, default(ActivityContext), tags);

        return new(span, _discoveryDuration, tags);
    }

    public static void Record(this Operation invocation, CallOutcome outcome, bool withContent)
    {
        if (outcome.ReplySoFar is { } reply)
        {
            var span = invocation.Span;
            span?.SetTag("gen_ai.conversation.id", reply.ThreadId);
            span?.SetTag("gen_ai.usage.input_tokens", reply.Usage?.InputTokens);
            span?.SetTag("gen_ai.usage.output_tokens", reply.Usage?.OutputTokens);
            CountTokens(invocation, "input", reply.Usage?.InputTokens);
            CountTokens(invocation, "output", reply.Usage?.OutputTokens);
            span?.SetTag("gen_ai.response.finish_reasons", reply.FinishReason is { } reason ? new[] { reason } : null);
            if (withContent)
            {
                span?.SetTag("gen_ai.output.messages", Format([new(AgentMessageRole.Assistant, reply.Text)]));
            }
        }

        if (outcome is CallOutcome.Failed failed)
        {
            invocation.Fail(failed.Reason);
        }
        else if (outcome is CallOutcome.Cancelled)
        {
            invocation.Fail(nameof(OperationCanceledException));
        }
    }

    public static void Record(this Operation discovery, AgentListing listing)
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
            _servers.Record(listings.Count(listing => listing.Status == status), new KeyValuePair<string, object?>("status", status));
        }
    }

    public static void Fail(this Operation operation, Exception exception)
        => operation.Fail(exception is ProxyException { Kind: var kind } ? kind.ToString() : exception.GetType().Name);

    private static void CountTokens(Operation invocation, string type, long? tokens)
    {
        if (tokens is { } count)
        {
            var tags = invocation.Tags;
            tags.Add("gen_ai.token.type", type);
            _tokens.Record(count, tags);
        }
    }

    private static InstrumentAdvice<double> BucketsFrom(double first)
        => new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 13).Select(i => first * (1 << i))] };

    private static string Format(IEnumerable<AgentMessage> messages) => new JsonArray([.. messages.Select(message => new JsonObject
    {
        ["role"] = message.Role.ToString().ToLowerInvariant(),
        ["parts"] = new JsonArray(new JsonObject { ["type"] = "text", ["content"] = message.Content }),
    })]).ToJsonString();
}
