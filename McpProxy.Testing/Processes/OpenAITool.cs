namespace McpProxy.Testing.Processes;

/// <summary>OpenAI's own client from npm.</summary>
internal static class OpenAITool
{
    public const string NotInstalled = "OpenAI's client from npm is not installed: ./test.sh installs it.";

    private static readonly string _folder = SourceTree.PathTo("McpProxy.Tests/Interop/openai");

    public static bool IsInstalled => NodeRuntime.Executable is not null && Directory.Exists(Path.Combine(_folder, "node_modules"));

    /// <param name="url">The server it speaks to, with the version at its end.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<CommandResult> CheckAsync(string url, CancellationToken cancellationToken)
        => NodeRuntime.RunAsync(_folder, ["check.mjs"], [$"OPENAI_BASE_URL={url}"], cancellationToken);
}
