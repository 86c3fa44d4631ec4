using System.Text.Json;

namespace McpProxy.Tests.Interop;

/// <summary>MCP clients that are not ours: the official TypeScript ones and the Inspector, over HTTP and stdio.</summary>
public sealed class ForeignClientTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string AskEcho = """{"targetAgentId":"server1:echoAgent","interactionType":"generate","messages":[{"role":"user","content":"from afar"}]}""";

    private static readonly string[] _tools =
        ["listAgents", "describeAgent", "callAgent", "getAgentRun", "cancelAgentRun", "connectServer", "disconnectServer"];

    [Theory]
    [InlineData("v1", "http", "2025-11-25")]
    [InlineData("v1", "stdio", "2025-11-25")]
    [InlineData("v2-legacy", "http", "2025-11-25")]
    [InlineData("v2-legacy", "stdio", "2025-11-25")]
    [InlineData("v2-auto", "http", "2026-07-28")]
    [InlineData("v2-modern", "http", "2026-07-28")]
    [InlineData("v2-modern", "stdio", "2026-07-28")]
    public async Task A_TypeScript_client_lists_and_calls(string client, string transport, string revision)
    {
        Assert.SkipUnless(NodeTool.IsInstalled, NodeTool.NotInstalled);

        var run = await NodeTool.CallAsync(client, "callAgent", AskEcho, Server(transport), TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode is 0, run.Errors);
        var told = JsonSerializer.Deserialize<JsonElement>(run.Output);
        Assert.Equal(revision, told.Get("protocolVersion").GetString());
        Assert.Equal("mcp-agent-proxy", told.Get("server", "name").GetString());
        Assert.Equal(_tools, told.Get("tools").EnumerateArray().Select(tool => tool.GetString()));
        Assert.Equal("echo: from afar", told.Get("result", "content", 0, "text").GetString());
        Assert.Equal("server1:echoAgent", told.Get("result", "structuredContent", "fullyQualifiedId").GetString());
    }

    [Theory]
    [InlineData("http")]
    [InlineData("stdio")]
    public async Task The_Inspector_lists_and_calls(string transport)
    {
        Assert.SkipUnless(NodeTool.IsInstalled, NodeTool.NotInstalled);

        var listed = await NodeTool.InspectAsync(Server(transport), ["--method", "tools/list"], TestContext.Current.CancellationToken);
        var called = await NodeTool.InspectAsync(
            Server(transport),
            ["--method", "tools/call", "--tool-name", "describeAgent", "--tool-arg", "agentId=server0:weatherAgent"],
            TestContext.Current.CancellationToken);

        Assert.True(listed.ExitCode is 0, listed.Errors);
        Assert.DoesNotContain("Schema portability", listed.Errors, StringComparison.Ordinal);
        Assert.All(_tools, tool => Assert.Contains($"\"{tool}\"", listed.Output, StringComparison.Ordinal));
        Assert.True(called.ExitCode is 0, called.Errors);
        Assert.Contains("server0:weatherAgent", called.Output, StringComparison.Ordinal);
        Assert.Contains("explicit_qualification", called.Output, StringComparison.Ordinal);
    }

    private string[] Server(string transport) => transport is "http"
        ? [fixture.Proxy.Endpoint.ToString()]
        : [.. ProxyProgram.Words, "--MCP_TRANSPORT=stdio", $"--AGENT_SERVERS={fixture.MastraUrl},{fixture.LangGraphUrl}"];
}
