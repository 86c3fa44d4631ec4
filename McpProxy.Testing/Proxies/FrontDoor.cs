using ModelContextProtocol.Client;

namespace McpProxy.Testing.Proxies;

/// <summary>A proxy and an MCP client that comes to it in one of the ways there are.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private readonly Proxy? _proxy;

    private FrontDoor(Proxy? proxy, McpClient client) => (_proxy, Client) = (proxy, client);

    /// <summary>Every transport with every revision it has: over HTTP without and with sessions, and over stdio.</summary>
    public static TheoryData<string, string> All { get; } = new()
    {
        { "http", "2025-03-26" },
        { "http", "2025-06-18" },
        { "http", "2025-11-25" },
        { "http", "2026-07-28" },
        { "session", "2025-03-26" },
        { "session", "2025-06-18" },
        { "session", "2025-11-25" },
        { "stdio", "2025-03-26" },
        { "stdio", "2025-06-18" },
        { "stdio", "2025-11-25" },
        { "stdio", "2026-07-28" },
    };

    public McpClient Client { get; }

    /// <param name="transport">One of <see cref="All"/>.</param>
    /// <param name="revision">The revision that the client speaks.</param>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static Task<FrontDoor> OpenAsync(string transport, string revision, params string[] settings)
        => OpenAsync(transport, new McpClientOptions { ProtocolVersion = revision }, settings);

    /// <inheritdoc cref="OpenAsync(string, string, string[])"/>
    public static async Task<FrontDoor> OpenAsync(string transport, McpClientOptions client, params string[] settings)
    {
        if (transport is "stdio")
        {
            return new(null, await StartProgramAsync(client, settings));
        }

        var proxy = await Proxy.StartAsync([$"MCP_SESSIONS={transport is "session"}", .. settings]);

        return new(proxy, await Proxy.CreateClientAsync(proxy.Endpoint, client));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    private static Task<McpClient> StartProgramAsync(McpClientOptions client, string[] settings)
    {
        client.DiscoverProbeTimeout = TimeSpan.FromSeconds(60);

        return McpClient.CreateAsync(
            new StdioClientTransport(new()
            {
                Command = ProxyProgram.Words[0],
                Arguments = [.. ProxyProgram.Words[1..], "--stdio"],
                EnvironmentVariables = settings.Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => (string?)setting[1]),
            }),
            client,
            cancellationToken: TestContext.Current.CancellationToken);
    }
}
