using McpProxy.Api;
using McpProxy.Api.Agents;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;

namespace McpProxy.Testing.Proxies;

/// <summary>The proxy on a Kestrel of its own, and MCP clients that come in through the front door.</summary>
public sealed class Proxy : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Proxy(WebApplication app)
    {
        _app = app;
        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
    }

    /// <summary>What the proxy logs, in tests that switch that on.</summary>
    internal LogRecorder Logs { get; } = new();

    public Uri Url => new(_app.Urls.Single());

    public Uri Endpoint => new(Url, "/mcp");

    /// <summary>The types of agent server it knows, in their order.</summary>
    public IReadOnlyList<string> ServerTypes => [.. _app.Services.GetServices<IAgentDialect>().Select(dialect => dialect.ServerType)];

    /// <remarks>Servers have longer to say what agents they have than they usually do: on a busy machine they need it.</remarks>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static Task<Proxy> StartAsync(params string[] settings) => StartAsync(configure: null, settings);

    /// <param name="configure">Adds to the proxy's services, or replaces some.</param>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static async Task<Proxy> StartAsync(Action<IServiceCollection>? configure, params string[] settings)
    {
        var app = ProxyApp.Build(
            [
                "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", "--MCP_DISCOVERY_TIMEOUT_SECONDS=30",
                .. settings.Select(setting => $"--{setting}"),
            ],
            configure);
        await app.StartAsync(TestContext.Current.CancellationToken);

        return new(app);
    }

    /// <summary>Connects an MCP client, as Claude or an IDE would.</summary>
    /// <param name="protocolVersion">The revision to speak; the newest if left out.</param>
    public Task<McpClient> CreateClientAsync(string? protocolVersion = null) => CreateClientAsync(Endpoint, protocolVersion);

    internal static Task<McpClient> CreateClientAsync(Uri endpoint, string? protocolVersion = null)
        => McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = endpoint, TransportMode = HttpTransportMode.StreamableHttp }),
            new() { ProtocolVersion = protocolVersion },
            cancellationToken: TestContext.Current.CancellationToken);

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }
}
