using ModelContextProtocol.Client;

namespace McpProxy.Tests.Outbound;

/// <summary>
/// An MCP client, a proxy that logs everything and has short timeouts, and the hostile agent server, which is friendly as <c>server0</c> and <c>server1</c>.
/// </summary>
public sealed class HostileServerFixture : IAsyncLifetime
{
    public Proxy Proxy { get; private set; } = null!;

    public McpClient Client { get; private set; } = null!;

    internal HostileAgentServer Hostile { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        Proxy = await StartAsync($"{Hostile.Url(HostileAgentServer.Friendly)} {Hostile.Url(HostileAgentServer.FriendlyGraph)}");
        Client = await Proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Proxy.DisposeAsync();
        await Hostile.DisposeAsync();
    }

    internal static Task<Proxy> StartAsync(string agentServers, params string[] settings) => Proxy.StartAsync([
        "Logging:LogLevel:Default=Trace",
        "Logging:Console:LogLevel:Default=None",

        // Nobody is asked at the start: tests count what a server is asked, and what fails.
        "Logging:LogLevel:McpProxy.Api.Agents.Discovery.ServerStatusLog=Warning",
        $"AGENT_SERVERS={agentServers}",
        "MCP_DISCOVERY_TIMEOUT_SECONDS=2",
        "MCP_CALL_TIMEOUT_SECONDS=2",
        "MCP_MAX_RESPONSE_BYTES=2000000",
        "MCP_CIRCUIT_FAILURES=10000",
        .. settings,
    ]);
}
