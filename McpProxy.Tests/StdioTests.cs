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
            new() { DiscoverProbeTimeout = TimeSpan.FromSeconds(60) },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, (await client.FieldsAsync("listAgents")).Get("summary", "onlineServers").GetInt32());
        Assert.Equal("echo: over stdio", (await client.AskAsync("server1:echoAgent", "over stdio")).Text());
    }

    [Fact]
    public async Task Writes_nothing_but_the_protocol_and_ends_with_its_input()
    {
        const string Initialize =
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

        using var process = ProxyProgram.Start(["--stdio"], ["Logging__LogLevel__Default=Debug"]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var log = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteLineAsync(Initialize.AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            var line = await process.StandardOutput.ReadLineAsync(patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);

            var answer = JsonSerializer.Deserialize<JsonElement>(line ?? "");
            Assert.Equal("mcp-agent-proxy", answer.Get("result", "serverInfo", "name").GetString());
            Assert.Empty(await process.StandardOutput.ReadToEndAsync(patience.Token));
            Assert.NotEmpty(await log);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }
}
