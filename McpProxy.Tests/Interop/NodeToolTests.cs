namespace McpProxy.Tests.Interop;

/// <summary>The clients from npm fail when there is no server: otherwise the tests that use them would prove nothing.</summary>
public sealed class NodeToolTests
{
    private static readonly string[] _noServer = ["node", "--eval", "process.exit(7)"];

    [Theory]
    [InlineData("v1")]
    [InlineData("v2-legacy")]
    [InlineData("v2-auto")]
    [InlineData("v2-modern")]
    public async Task A_TypeScript_client_fails_without_a_server(string client)
    {
        Assert.SkipUnless(NodeTool.IsInstalled, NodeTool.NotInstalled);

        var run = await NodeTool.CallAsync(client, "echo", "{}", _noServer, TestContext.Current.CancellationToken);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("Error", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Inspector_fails_without_a_server()
    {
        Assert.SkipUnless(NodeTool.IsInstalled, NodeTool.NotInstalled);

        var run = await NodeTool.InspectAsync(_noServer, ["--method", "tools/list"], TestContext.Current.CancellationToken);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Empty(run.Output);
    }
}
