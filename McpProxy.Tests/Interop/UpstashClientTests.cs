namespace McpProxy.Tests.Interop;

/// <summary>
/// Upstash's own client from npm: it must not notice that our double is one, and it shares connections with us as the TypeScript proxy would.
/// </summary>
public sealed class UpstashClientTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task The_double_behaves_as_the_client_expects()
    {
        var server = await StartAsync();

        Assert.Equal("as Upstash's", await RunAsync(server, "check.mjs"));
    }

    [Fact]
    public async Task The_client_reads_what_we_write_and_we_read_what_it_writes()
    {
        var server = await StartAsync();
        var backend = await _backends.UpstashAsync(server);
        await backend.AddAsync("ours", "http://ours:4111");

        Assert.Equal("""[{"ours":"http://ours:4111"},{"http://ours:4111":"ours"}]""", await RunAsync(server, "servers.mjs", "list"));

        await RunAsync(server, "servers.mjs", "add", "theirs", "http://theirs:4111/");

        Assert.Equal(["ours", "theirs"], (await backend.RefreshAsync(TestContext.Current.CancellationToken)).Select(known => known.Name));
        Assert.True(await backend.RemoveAsync("theirs", TestContext.Current.CancellationToken));
        Assert.Equal("[null,null]", await RunAsync(server, "servers.mjs", "remove", "ours"));
        Assert.Empty(await backend.RefreshAsync(TestContext.Current.CancellationToken));
    }

    private async Task<UpstashServer> StartAsync()
    {
        Assert.SkipUnless(UpstashTool.IsInstalled, UpstashTool.NotInstalled);

        return await _backends.UpstashServerAsync(await _backends.ServerAsync());
    }

    private static async Task<string> RunAsync(UpstashServer server, params string[] arguments)
    {
        var run = await UpstashTool.RunAsync(arguments, server.Url, UpstashServer.Token, TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode is 0, run.Errors);

        return run.Output.Trim();
    }
}
