using System.Text.Json;
using McpProxy.Tests.Infrastructure;
using ModelContextProtocol.Client;

namespace McpProxy.Tests;

/// <summary>The proxy as a process that an MCP client starts.</summary>
public sealed class StdioTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("--stdio", null)]
    [InlineData(null, "stdio")]
    public async Task Lists_and_calls(string? flag, string? transport)
    {
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new()
            {
                Command = "dotnet",
                Arguments = [ProxyProgram.Path, .. new[] { flag }.OfType<string>()],
                EnvironmentVariables = new Dictionary<string, string?>
                {
                    ["AGENT_SERVERS"] = $"{fixture.MastraUrl},{fixture.LangGraphUrl}",
                    ["MCP_TRANSPORT"] = transport,
                },
            }),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, (await client.FieldsAsync("listAgents")).Get("summary", "onlineServers").GetInt32());
        Assert.Equal("echo: over stdio", (await client.AskAsync("server1:echoAgent", "over stdio")).Text());
    }

    [Fact]
    public async Task Writes_nothing_but_the_protocol_and_ends_with_its_input()
    {
        const string Initialize =
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

        var (exitCode, output, error) = await ProxyProgram.RunAsync(["--stdio"], ["Logging__LogLevel__Default=Debug"], input: Initialize + "\n");

        Assert.Equal(0, exitCode);
        var answer = JsonSerializer.Deserialize<JsonElement>(Assert.Single(output.Trim().Split('\n')));
        Assert.Equal("mcp-agent-proxy", answer.Get("result", "serverInfo", "name").GetString());
        Assert.NotEmpty(error);
    }
}
