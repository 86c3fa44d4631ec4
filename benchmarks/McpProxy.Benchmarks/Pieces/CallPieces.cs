using System.Text.Json;
using BenchmarkDotNet.Attributes;
using McpProxy.Api;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Callers;
using McpProxy.Api.Connections;
using McpProxy.Api.Dialects.Mastra;
using McpProxy.Api.Mcp.Tools;
using McpProxy.Api.Runs;
using McpProxy.Benchmarks.Table;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;

namespace McpProxy.Benchmarks.Pieces;

/// <summary>Steps of a call that take the proxy's own time.</summary>
[InProcess]
[MemoryDiagnoser]
public class CallPieces
{
    private const int Servers = 50;

    private static readonly string _agentId = InstantAgentServer.AgentId(Servers / 2);
    private static readonly AgentCall _call = new(_agentId, InteractionType.Generate, [new(AgentMessageRole.User, "hi there")]);

    private InstantAgentServer? _agents;
    private WebApplication? _proxy;
    private AgentResolver? _resolver;
    private ResolvedAgent? _agent;
    private AgentRun? _run;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _agents = await InstantAgentServer.StartAsync(port: 0, Servers);
        _proxy = ProxyApp.Build(
            ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", $"--AGENT_SERVERS={string.Join(' ', _agents.ServerUrls(Servers))}"]);
        await _proxy.StartAsync();
        _resolver = _proxy.Services.GetRequiredService<AgentResolver>();
        _agent = await _resolver.ResolveAsync(_agentId, null, Caller.Anyone, CancellationToken.None);
        _run = new("", RunFacts.Of(_agent, _call, DateTime.UnixEpoch), "", new CallOutcome.Answered(Read(_agent.Server)));
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _proxy!.DisposeAsync();
        await _agents!.DisposeAsync();
    }

    [Benchmark(Description = "find the server of a plain id among 50")]
    public async Task<object> ResolveAsync() => await _resolver!.ResolveAsync(_agentId, null, Caller.Anyone, CancellationToken.None);

    [Benchmark(Description = "read a Mastra answer")]
    public object ReadAnswer() => Read(_agent!.Server);

    [Benchmark(Description = "write the result of callAgent")]
    public byte[] WriteResult() => JsonSerializer.SerializeToUtf8Bytes(
        CallAgentResult.From(_run!, ResultDetail.Brief), McpJsonUtilities.DefaultOptions);

    private static AgentReply Read(AgentServer server)
        => MastraReply.Read(server, _call, JsonSerializer.Deserialize(InstantAgentServer.Reply.Span, MastraJsonContext.Default.JsonElement));
}
