using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.McpHttp;

public sealed class CSharpClientTests
{
    public static TheoryData<HttpServerSessionMode, string> Revisions { get; } = new MatrixTheoryData<HttpServerSessionMode, string>(
        [HttpServerSessionMode.Stateless, HttpServerSessionMode.StatefulForInitializeClients],
        ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]);

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Lists_and_calls_tools_in_every_revision(HttpServerSessionMode mode, string version)
    {
        await using var host = await McpHost.StartAsync(mode);
        await using var client = await ConnectAsync(host, version);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = "hello" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Contains(tools, tool => tool.Name == "echo");
        Assert.Equal("hello", Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text);
    }

    private static Task<McpClient> ConnectAsync(McpHost host, string version)
    {
        var transport = new HttpClientTransport(new() { Endpoint = host.Url, TransportMode = HttpTransportMode.StreamableHttp });

        return McpClient.CreateAsync(transport, new() { ProtocolVersion = version }, cancellationToken: TestContext.Current.CancellationToken);
    }
}
