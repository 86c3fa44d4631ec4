using McpProxy.Api;
using McpProxy.Api.Agents;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;

namespace McpProxy.Testing.Proxies;

/// <summary>
/// The proxy on a Kestrel of its own, and MCP clients that come in through the front door. It is in this process, or, where a published proxy is to be
/// tested and nothing in it is replaced, a process of its own.
/// </summary>
public sealed class Proxy : IAsyncDisposable
{
    private readonly WebApplication? _app;
    private readonly StartedProxy? _published;

    private Proxy(WebApplication app)
    {
        (_app, Url) = (app, new(app.Urls.Single()));
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
    }

    private Proxy(StartedProxy published) => (_published, Url, Logs) = (published, published.Url, new() { Program = published.Program });

    /// <summary>What the proxy logs, in tests that switch that on.</summary>
    internal LogRecorder Logs { get; } = new();

    public Uri Url { get; }

    public Uri Endpoint => new(Url, "/mcp");

    /// <summary>The types of agent server it knows, in their order.</summary>
    public static IReadOnlyList<string> ServerTypes { get; } =
        [.. ProxyApp.Build([]).Services.GetServices<IAgentDialect>().Select(dialect => dialect.ServerType)];

    /// <remarks>Servers have longer to say what agents they have than they usually do: on a busy machine they need it.</remarks>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static Task<Proxy> StartAsync(params string[] settings) => StartAsync(configure: null, settings);

    /// <param name="configure">Adds to the proxy's services, or replaces some.</param>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static async Task<Proxy> StartAsync(Action<IServiceCollection>? configure, params string[] settings)
    {
        string[] arguments =
            ["--Logging:LogLevel:Default=None", "--MCP_DISCOVERY_TIMEOUT_SECONDS=30", .. settings.Select(setting => $"--{setting}")];
        if (ProxyProgram.Published is not null && configure is null)
        {
            // Its log is what it writes, which tests of this process keep off the console.
            return new(await StartedProxy.StartAsync([.. arguments.Where(argument => !argument.Contains(":Console:", StringComparison.Ordinal))], []));
        }

        var app = ProxyApp.Build(["--urls=http://127.0.0.1:0", .. arguments], configure);
        await app.StartAsync(TestContext.Current.CancellationToken);

        return new(app);
    }

    /// <summary>Connects an MCP client, as Claude or an IDE would.</summary>
    /// <param name="protocolVersion">The revision to speak; the newest if left out.</param>
    public Task<McpClient> CreateClientAsync(string? protocolVersion = null) => CreateClientAsync(Endpoint, protocolVersion);

    internal static Task<McpClient> CreateClientAsync(Uri endpoint, string? protocolVersion = null)
        => CreateClientAsync(endpoint, new McpClientOptions { ProtocolVersion = protocolVersion });

    internal static Task<McpClient> CreateClientAsync(Uri endpoint, McpClientOptions client)
        => McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = endpoint, TransportMode = HttpTransportMode.StreamableHttp }),
            client,
            cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Connects an MCP client that shows a key or an access token.</summary>
    public Task<McpClient> CreateClientWithAsync(string keyOrToken) => CreateClientWithAsync(Endpoint, keyOrToken);

    internal static Task<McpClient> CreateClientWithAsync(Uri endpoint, string keyOrToken)
        => McpClient.CreateAsync(
            new HttpClientTransport(
                new() { Endpoint = endpoint, AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {keyOrToken}" } }),
            cancellationToken: TestContext.Current.CancellationToken);

    public async Task StopAsync()
    {
        if (_published is not null)
        {
            await _published.Program.SignalAsync("TERM");
            await _published.Program.ExitCodeAsync(TimeSpan.FromMinutes(1));
        }
        else
        {
            await _app!.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_published is not null)
        {
            await _published.DisposeAsync();
        }
        else
        {
            await StopAsync();
            await _app!.DisposeAsync();
        }
    }
}
