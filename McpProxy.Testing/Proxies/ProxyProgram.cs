using System.Diagnostics;

namespace McpProxy.Testing.Proxies;

/// <summary>The proxy as the program that people start.</summary>
internal static class ProxyProgram
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Beside this project's output, as it was built.</summary>
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "McpProxy.Api", new DirectoryInfo(AppContext.BaseDirectory).Name, "McpProxy.Api.dll"));

    /// <summary>A published proxy to test in place of the one that was built, if <c>PUBLISHED_PROXY</c> is the path of one.</summary>
    public static string? Published { get; } = Environment.GetEnvironmentVariable("PUBLISHED_PROXY") is { Length: > 0 } path ? path : null;

    /// <summary>What starts it.</summary>
    public static string[] Words => Published is null ? ["dotnet", Path] : [Published];

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">What follows its name.</param>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="input">What it finds in its standard input.</param>
    public static Task<CommandResult> RunAsync(string[] arguments, string[]? settings = null, string? folder = null, string input = "")
        => Prepare(arguments, settings, folder, input).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Starts it and leaves the rest to the caller.</summary>
    public static Process Start(string[] arguments, string[]? settings = null) => Prepare(arguments, settings).Start();

    // What a script starts in its background ignores Ctrl+C, and so does all that is started by it.
    private static Command Prepare(string[] arguments, string[]? settings, string? folder = null, string input = "")
        => new([.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : Array.Empty<string>(), .. Words, .. arguments])
        {
            Settings = settings ?? [],
            Folder = folder ?? AppContext.BaseDirectory,
            Input = input,
            Patience = _patience,
        };
}
