using System.Net.Http.Json;

namespace McpProxy.Testing.Proxies;

/// <summary>The sample agent server and two proxies in front of it, each a process that exports its telemetry to here.</summary>
public sealed class TracedSystem : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly List<RunningProgram> _processes = [];
    private readonly HttpClient _http = new() { DefaultRequestHeaders = { { "Accept", "application/json, text/event-stream" } } };

    internal OtlpReceiver Otlp { get; private set; } = null!;

    public Uri Agents { get; private set; } = null!;

    /// <summary>Started with nothing but what it needs. Its service name is <c>proxy</c>.</summary>
    public Uri Proxy { get; private set; } = null!;

    /// <summary>May tell what was said. Its service name is <c>telling-proxy</c>.</summary>
    public Uri TellingProxy { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Otlp = await OtlpReceiver.StartAsync();
        Agents = await StartAsync("McpProxy.SampleAgentServer", "agents");
        Proxy = await StartAsync("McpProxy.Api", "proxy", $"AGENT_SERVERS={Agents}mastra {Agents}langgraph");
        TellingProxy = await StartAsync("McpProxy.Api", "telling-proxy", $"AGENT_SERVERS={Agents}mastra", "MCP_TELEMETRY_CONTENT=true");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _http.Dispose();
        await Otlp.DisposeAsync();
    }

    /// <summary>Calls a tool as an MCP client does that takes part in a trace.</summary>
    public async Task<string> CallAsync(Uri proxy, string tool, object arguments, string traceId, string spanId, int hops = 0)
    {
        var meta = new Dictionary<string, object> { ["traceparent"] = $"00-{traceId}-{spanId}-01", ["mcp-agent-proxy/hops"] = hops };
        var request = new { jsonrpc = "2.0", id = 1, method = "tools/call", @params = new { name = tool, arguments, _meta = meta } };
        using var response = await _http.PostAsJsonAsync(new Uri(proxy, "/mcp"), request, TestContext.Current.CancellationToken);

        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task<string> GetAsync(Uri url) => _http.GetStringAsync(url, TestContext.Current.CancellationToken);

    private async Task<Uri> StartAsync(string project, string service, params string[] settings)
    {
        var url = FreePort.Url();
        string[] program = project is "McpProxy.Api"
            ? ProxyProgram.Words
            : ["dotnet", ProxyProgram.Path.Replace("McpProxy.Api", project, StringComparison.Ordinal)];

        // Nobody is asked at the start: a test that looks for agents would find itself in the trace of that.
        string[] all =
        [
            $"ASPNETCORE_URLS={url}", $"OTEL_SERVICE_NAME={service}",
            "Logging__LogLevel__McpProxy.Api.Agents.Discovery.ServerStatusLog=Warning",
            .. Otlp.Settings, .. settings,
        ];
        var process = RunningProgram.StartOnLeash(program, all);
        await process.WaitForAnswerAsync(new(url + "/health"), _patience);
        _processes.Add(process);

        return new(url + "/");
    }
}
