namespace McpProxy.Tests.Conformance;

/// <summary>The official conformance suite, which runs as a process of its own against any server that has a URL.</summary>
/// <param name="package">Which of the two versions in package.json.</param>
internal sealed class ConformanceSuite(string package)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);
    private static readonly string _folder = SourceTree.PathTo("McpProxy.Tests/Conformance");
    private static readonly string _modules = Path.Combine(_folder, "node_modules");

    /// <summary>0.1.16, which knows 2025-06-18 and 2025-11-25.</summary>
    public static ConformanceSuite Stable { get; } = new("conformance-0.1");

    /// <summary>0.2.0-alpha.12, which knows these and 2026-07-28 too.</summary>
    public static ConformanceSuite Latest { get; } = new("conformance-0.2");

    /// <summary>Checks each revision with the newest suite that knows it.</summary>
    /// <inheritdoc cref="CheckAsync"/>
    public static async Task CheckEachRevisionAsync(Uri server, string expectedFailures)
    {
        await Stable.CheckAsync(server, expectedFailures, "2025-06-18");
        await Latest.CheckAsync(server, expectedFailures, "2025-11-25");
        await Latest.CheckAsync(server, expectedFailures, "2026-07-28");
    }

    /// <summary>Fails if a scenario fails that is not expected to, or passes though it is expected to fail.</summary>
    /// <param name="server">Where the server speaks MCP.</param>
    /// <param name="expectedFailures">Which file of this folder says what must fail, and why.</param>
    /// <param name="revision">Which revision to speak: everything that applies to it is checked.</param>
    public Task CheckAsync(Uri server, string expectedFailures, string revision)
        => RunAsync(server, expectedFailures, ["--suite", "all", "--spec-version", revision]);

    /// <summary>Checks one scenario, which may be of an extension that belongs to no revision.</summary>
    public Task CheckScenarioAsync(Uri server, string expectedFailures, string scenario)
        => RunAsync(server, expectedFailures, ["--scenario", scenario]);

    private async Task RunAsync(Uri server, string expectedFailures, string[] what)
    {
        var script = Path.Combine(_modules, package, "dist", "index.js");
        Assert.SkipUnless(File.Exists(script) && NodeRuntime.Executable is not null, "The conformance suite is not installed: ./test.sh does that.");
        string[] arguments =
        [
            "server", "--url", server.AbsoluteUri, .. what, "--expected-failures", Path.Combine(_folder, expectedFailures),
        ];
        var suite = new Command([NodeRuntime.Executable, script, .. arguments]) { Settings = ["NO_COLOR=1"], Patience = _patience };

        TestContext.Current.TestOutputHelper?.WriteLine(await suite.OutputAsync(TestContext.Current.CancellationToken));
    }
}
