namespace McpProxy.Testing.Processes;

/// <summary>Upstash's own client from npm.</summary>
internal static class UpstashTool
{
    public const string NotInstalled = "Upstash's client from npm is not installed: ./test.sh installs it.";

    private static readonly string _folder = SourceTree.PathTo("McpProxy.Tests/Interop/upstash");

    public static bool IsInstalled => NodeRuntime.Executable is not null && Directory.Exists(Path.Combine(_folder, "node_modules"));

    /// <param name="arguments">The script and what it takes.</param>
    /// <param name="url">Where the database is.</param>
    /// <param name="token">The token for it.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<CommandResult> RunAsync(IEnumerable<string> arguments, string url, string token, CancellationToken cancellationToken)
        => NodeRuntime.RunAsync(_folder, arguments, [$"UPSTASH_REDIS_REST_URL={url}", $"UPSTASH_REDIS_REST_TOKEN={token}"], cancellationToken);
}
