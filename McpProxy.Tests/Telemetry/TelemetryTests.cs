using System.Diagnostics;

namespace McpProxy.Tests.Telemetry;

/// <summary>What a collector gets about a call: its spans, from the MCP client to the agent server, and its measurements.</summary>
public sealed class TelemetryTests(TracedSystem system) : IClassFixture<TracedSystem>
{
    private readonly string _trace = ActivityTraceId.CreateRandom().ToHexString();
    private readonly string _client = ActivitySpanId.CreateRandom().ToHexString();

    [Fact]
    public async Task One_call_is_one_trace_from_the_MCP_client_to_the_agent_server()
    {
        await AskAsync(system.Proxy, "server0:echoAgent", "hi", "thread-7");

        var call = await SpanAsync("proxy", "tools/call callAgent");
        var invocation = await SpanAsync("proxy", "invoke_agent echoAgent");
        var request = await system.Otlp.WaitForSpanAsync(span => span.ParentId == invocation.Id);
        var served = await system.Otlp.WaitForSpanAsync(span => span.ParentId == request.Id);
        var mcp = await system.Otlp.WaitForSpanAsync(span => call.Links.Contains(span.Id));

        Assert.Equal((_client, Span.Server, "Experimental.ModelContextProtocol"), (call.ParentId, call.Kind, call.Source));
        Assert.Equal((call.Id, Span.Client, "McpProxy"), (invocation.ParentId, invocation.Kind, invocation.Source));
        Assert.Equal((_trace, Span.Client, "System.Net.Http"), (request.TraceId, request.Kind, request.Source));
        Assert.Equal((_trace, Span.Server, "agents"), (served.TraceId, served.Kind, served.Service));
        Assert.Equal("POST /mastra/api/agents/{agentId}/generate", served.Name);
        Assert.Equal((Span.Server, "POST /mcp"), (mcp.Kind, mcp.Name.TrimEnd('/')));
        Assert.Equal("200", mcp.Attributes["http.response.status_code"]);
    }

    [Fact]
    public async Task A_call_is_described_as_the_semantic_conventions_say()
    {
        await AskAsync(system.Proxy, "server0:echoAgent", "hi", "thread-7", hops: 2);

        var attributes = (await SpanAsync("proxy", "invoke_agent echoAgent")).Attributes;

        Assert.Equal("invoke_agent", attributes["gen_ai.operation.name"]);
        Assert.Equal("mastra", attributes["gen_ai.provider.name"]);
        Assert.Equal("echoAgent", attributes["gen_ai.agent.id"]);
        Assert.Equal("echoAgent", attributes["gen_ai.agent.name"]);
        Assert.Equal("thread-7", attributes["gen_ai.conversation.id"]);
        Assert.True(long.Parse(attributes["gen_ai.usage.input_tokens"], null) > 0);
        Assert.True(long.Parse(attributes["gen_ai.usage.output_tokens"], null) > 0);
        Assert.Contains("gen_ai.response.finish_reasons", attributes.Keys);
        Assert.Equal((system.Agents.Host, $"{system.Agents.Port}"), (attributes["server.address"], attributes["server.port"]));
        Assert.Equal(("server0", "mastra"), (attributes["mcpproxy.server.name"], attributes["mcpproxy.server.type"]));
        Assert.Equal("explicit_qualification", attributes["mcpproxy.resolution"]);
        Assert.Equal("2", attributes["mcpproxy.hop_count"]);
        Assert.DoesNotContain("error.type", attributes.Keys);
    }

    [Fact]
    public async Task Messages_are_not_exported()
    {
        await AskAsync(system.Proxy, "server0:echoAgent", "a private matter");
        await SpanAsync("agents", "POST /mastra/api/agents/{agentId}/generate");
        await SpanAsync("proxy", "tools/call callAgent");

        var told = system.Otlp.Spans.Where(span => span.TraceId == _trace).SelectMany(span => span.Attributes.Values.Append(span.StatusText));
        Assert.DoesNotContain(told, text => text.Contains("private", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_are_exported_if_that_is_set()
    {
        await AskAsync(system.TellingProxy, "server0:echoAgent", "a public matter");

        var attributes = (await SpanAsync("telling-proxy", "invoke_agent echoAgent")).Attributes;

        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"a public matter"}]}]""", attributes["gen_ai.input.messages"]);
        Assert.Equal("""[{"role":"assistant","parts":[{"type":"text","content":"echo: a public matter"}]}]""", attributes["gen_ai.output.messages"]);
    }

    [Fact]
    public async Task A_failed_call_says_so_without_quoting_anybody()
    {
        await AskAsync(system.Proxy, "server0:nobody", "hi");

        var invocation = await SpanAsync("proxy", "invoke_agent nobody");
        var call = await SpanAsync("proxy", "tools/call callAgent");

        Assert.Equal((Span.Failed, "AgentNotFound"), (invocation.Status, invocation.Attributes["error.type"]));
        Assert.Equal((Span.Failed, "tool_error"), (call.Status, call.Attributes["error.type"]));
        Assert.Empty(invocation.StatusText + call.StatusText);
    }

    [Fact]
    public async Task Looking_for_agents_is_part_of_the_trace()
    {
        await system.CallAsync(system.Proxy, "listAgents", new { }, _trace, _client);

        var call = await SpanAsync("proxy", "tools/call listAgents");
        var mastra = await SpanAsync("proxy", "agents.discover server0");
        var langGraph = await SpanAsync("proxy", "agents.discover server1");

        Assert.Equal((call.Id, call.Id), (mastra.ParentId, langGraph.ParentId));
        Assert.Equal(("mastra", "langgraph"), (mastra.Attributes["mcpproxy.server.type"], langGraph.Attributes["mcpproxy.server.type"]));
        Assert.Equal(Span.Client, (await system.Otlp.WaitForSpanAsync(span => span.ParentId == mastra.Id)).Kind);
    }

    [Fact]
    public async Task Health_checks_leave_no_trace()
    {
        foreach (var url in new[] { system.Proxy, system.Agents })
        {
            await system.GetAsync(new(url, "/health"));
            await system.GetAsync(new(url, "/alive"));
        }

        // A process exports its spans in order, so theirs would have come before these.
        await AskAsync(system.Proxy, "server0:echoAgent", "hi");
        await SpanAsync("agents", "POST /mastra/api/agents/{agentId}/generate");
        await system.Otlp.WaitForSpanAsync(span => span.Attributes.GetValueOrDefault("url.path") is "/mcp");

        Assert.DoesNotContain(system.Otlp.Spans, span => span.Attributes.GetValueOrDefault("url.path") is "/health" or "/alive");
    }

    [Fact]
    public async Task Calls_and_discoveries_are_measured_by_server()
    {
        await system.CallAsync(system.Proxy, "listAgents", new { }, _trace, _client);
        await AskAsync(system.Proxy, "server0:echoAgent", "hi");

        var call = await system.Otlp.WaitForMeasurementAsync("gen_ai.invoke_agent.duration", point => !point.Attributes.ContainsKey("error.type"));
        var discovery = await system.Otlp.WaitForMeasurementAsync(
            "mcpproxy.discovery.duration",
            point => point.Attributes["mcpproxy.server.name"] is "server1");
        var active = await system.Otlp.WaitForMeasurementAsync("mcpproxy.calls.active", point => point.Service is "proxy");

        var tokens = await system.Otlp.WaitForMeasurementAsync(
            "gen_ai.client.token.usage", point => point.Attributes["gen_ai.token.type"] is "output");

        Assert.Equal(("{token}", "server0"), (tokens.Unit, tokens.Attributes["mcpproxy.server.name"]));
        Assert.Equal(("s", "server0", "mastra"), (call.Unit, call.Attributes["mcpproxy.server.name"], call.Attributes["gen_ai.provider.name"]));
        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6], call.Buckets);
        Assert.DoesNotContain("gen_ai.agent.id", call.Attributes.Keys);
        Assert.Equal(("s", "langgraph"), (discovery.Unit, discovery.Attributes["mcpproxy.server.type"]));
        Assert.Equal("server0", active.Attributes["mcpproxy.server.name"]);
        foreach (var status in new[] { "online", "offline", "error" })
        {
            await system.Otlp.WaitForMeasurementAsync("mcpproxy.servers", point => point.Attributes["status"] == status);
        }
    }

    private Task<string> AskAsync(Uri proxy, string agentId, string text, string? threadId = null, int hops = 0)
        => system.CallAsync(
            proxy,
            "callAgent",
            new { targetAgentId = agentId, interactionType = "generate", messages = new[] { new { role = "user", content = text } }, threadId },
            _trace,
            _client,
            hops);

    private Task<Span> SpanAsync(string service, string name)
        => system.Otlp.WaitForSpanAsync(span => span.TraceId == _trace && span.Service == service && span.Name == name);
}
