using System.Collections.Concurrent;
using System.Diagnostics;
using McpProxy.SampleAgentServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;

namespace McpProxy.Testing.Proxies;

/// <summary>
/// A proxy and the sample agent server, whose <c>relayAgent</c> calls agents through that proxy. It is there once for each dialect, under its name.
/// </summary>
internal sealed class RelaySystem : IAsyncDisposable
{
    private const string Hops = "x-mcp-proxy-hops";

    private static readonly string[] _agentIds = ["relayAgent", "echoAgent", "memoryAgent"];

    private readonly ConcurrentQueue<string> _calls = new();
    private readonly Proxy _proxy;
    private readonly WebApplication _agents;

    private RelaySystem(Proxy proxy, bool onlyTraced)
    {
        _proxy = proxy;
        _agents = SampleApp.Build(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", $"--MCP_PROXY_URL={proxy.Endpoint}"]);
        _agents.Use((context, next) =>
        {
            Record(context.Request);
            if (onlyTraced)
            {
                context.Request.Headers.Remove(Hops);
            }
            else
            {
                Activity.Current = null;
            }

            return next(context);
        });
    }

    public McpClient Client { get; private set; } = null!;

    /// <summary>Every call of an agent, as <c>agent hops</c> in the order of their arrival.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <param name="onlyTraced">Whether the agents pass on what their instrumentation does and nothing else; if not, it is the hop count and no trace.</param>
    /// <param name="settings">The proxy's settings, as <c>NAME=value</c>.</param>
    public static async Task<RelaySystem> StartAsync(bool onlyTraced, params string[] settings)
    {
        // An endless circle would end too, though not as it should.
        var proxy = await Proxy.StartAsync(["MCP_CALL_TIMEOUT_SECONDS=20", "MCP_MAX_CALLS_PER_SERVER=20", .. settings]);
        var system = new RelaySystem(proxy, onlyTraced);
        await system._agents.StartAsync(TestContext.Current.CancellationToken);
        system.Client = await proxy.CreateClientAsync();
        foreach (var name in Proxy.ServerTypes)
        {
            await system.Client.FieldsAsync(
                "connectServer",
                new { serverUrl = $"{system._agents.Urls.Single()}/{name}", serverName = name, serverType = name, agents = _agentIds });
        }

        return system;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _proxy.DisposeAsync();
        await _agents.DisposeAsync();
    }

    private void Record(HttpRequest request)
    {
        var hops = request.Headers[Hops].ToString();
        switch (request.Path.Value!.Split('/'))
        {
            case ["", "mastra", "api", "agents", var agent, "generate" or "stream"]:
                _calls.Enqueue($"mastra:{agent} {hops}");
                break;

            case ["", "langgraph", "threads", _, "runs", "stream"]:
                _calls.Enqueue($"langgraph {hops}");
                break;

            case ["", "a2a", ..] when HttpMethods.IsPost(request.Method):
                _calls.Enqueue($"a2a {hops}");
                break;

            case ["", "openai", "v1", "responses"]:
                _calls.Enqueue($"openai {hops}");
                break;
        }
    }
}
