namespace McpProxy.Testing.Proxies;

/// <summary>The proxy as a process of its own, which can be told to stop.</summary>
internal sealed class StartedProxy : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private StartedProxy(RunningProgram program, Uri url) => (Program, Url) = (program, url);

    public RunningProgram Program { get; }

    public Uri Url { get; }

    public Uri Endpoint => new(Url, "/mcp");

    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static Task<StartedProxy> StartAsync(params string[] settings) => StartAsync([], settings);

    public static async Task<StartedProxy> StartAsync(string[] arguments, string[] settings)
    {
        var url = new Uri(FreePort.Url());
        var program = new RunningProgram(ProxyProgram.Start(arguments, [$"MCP_SERVER_PORT={url.Port}", .. settings.Select(AsVariable)]));
        await program.WaitForAnswerAsync(new(url, "/alive"), _patience);

        return new(program, url);
    }

    public ValueTask DisposeAsync() => Program.DisposeAsync();

    private static string AsVariable(string setting) => setting.Split('=', 2) is [var name, var value]
        ? $"{name.Replace(":", "__", StringComparison.Ordinal)}={value}"
        : setting;
}
