namespace McpProxy.Testing.Processes;

/// <summary>MCP clients that are not ours: the official TypeScript ones and the Inspector's command line. A server is a URL or a command line.</summary>
internal static class NodeTool
{
    public const string NotInstalled = "The MCP clients from npm are not installed: ./test.sh installs them.";

    private static readonly string _folder = SourceTree.PathTo("McpProxy.Tests/Interop/clients");

    public static bool IsInstalled => NodeRuntime.Executable is not null && Directory.Exists(Path.Combine(_folder, "node_modules"));

    /// <param name="client">One of those that <c>call.mjs</c> knows: <c>v1</c>, <c>v2-legacy</c>, <c>v2-auto</c>, <c>v2-modern</c>.</param>
    /// <param name="tool">The tool to call.</param>
    /// <param name="arguments">Its arguments, a JSON object.</param>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<CommandResult> CallAsync(
        string client, string tool, string arguments, IEnumerable<string> server, CancellationToken cancellationToken) =>
        RunAsync(["call.mjs", client, tool, arguments, .. server], cancellationToken);

    /// <summary>Calls a tool with the client for tasks, which answers what it is asked.</summary>
    public static Task<CommandResult> CallAsTaskAsync(string tool, string arguments, Uri server, bool cancel, CancellationToken cancellationToken)
        => RunAsync(["tasks.mjs", tool, arguments, $"{server}", cancel ? "cancel" : ""], cancellationToken);

    public static Task<CommandResult> InspectAsync(IEnumerable<string> server, IEnumerable<string> options, CancellationToken cancellationToken) =>
        RunAsync(["node_modules/.bin/mcp-inspector", "--cli", .. server, .. options, "--format", "json"], cancellationToken);

    private static Task<CommandResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
        => NodeRuntime.RunAsync(_folder, arguments, [$"MCP_STORAGE_DIR={SourceTree.PathTo("artifacts/mcp-inspector")}"], cancellationToken);
}
