using System.Text.Json;

namespace McpProxy.Tests.AppHost;

/// <summary>The real Aspire CLI starts the AppHost, calls an agent through the proxy's MCP tools and stops it again.</summary>
[Collection(AppHostGroup.Name)]
public sealed class AspireCliTests : IDisposable
{
    // The CLI finds running AppHosts by files in the home directory. With a home directory of its own it stops no other AppHost.
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("aspire-");

    [Fact]
    public async Task It_starts_calls_and_stops_and_nothing_is_left()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for processes the way Linux has them.");
        var restored = await new Command("dotnet", "tool", "restore") { Folder = SourceTree.Root }.RunAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(restored.ExitCode is 0, $"'dotnet tool restore' failed: {restored}");

        // Runs the debug build that is there. A release build the CLI would not find, so it builds then.
        string[] build = new DirectoryInfo(AppContext.BaseDirectory).Name is "debug" ? ["--no-build"] : [];
        var started = JsonDocument.Parse(await AspireAsync(["start", "--isolated", "--format", "json", .. build])).RootElement;
        var family = ProcessFamily.None;
        try
        {
            await AspireAsync("wait", "proxy", "--timeout", "180");
            family = ProcessFamily.Of(started.Get("appHostPid").GetInt32()).With(ProcessFamily.Of(started.Get("cliPid").GetInt32()));
            Assert.InRange(family.CommandLines.Count, 6, 30);

            var answer = await AspireAsync(
                "mcp", "call", "proxy", "callAgent", "--input",
                """{"targetAgentId":"server0:echoAgent","interactionType":"generate","messages":[{"role":"user","content":"hi"}]}""");
            Assert.Equal("echo: hi", answer.Trim());
            Assert.Contains("server0:echoAgent", await AspireAsync("resource", "proxy", "list-agents"), StringComparison.Ordinal);
        }
        finally
        {
            await AspireAsync("stop");
        }

        await family.EndAsync(AppHostProcess.Patience);
    }

    public void Dispose() => _home.Delete(recursive: true);

    private Task<string> AspireAsync(params string[] arguments)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] command = ["dotnet", "aspire", .. arguments, "--apphost", "McpProxy.AppHost/McpProxy.AppHost.csproj", "--non-interactive", "--nologo"];
        string[] settings =
        [
            $"HOME={_home.FullName}",
            $"DOTNET_CLI_HOME={home}",
            $"NUGET_PACKAGES={Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages")}",
            "ASPIRE_CLI_TELEMETRY_OPTOUT=true",
        ];

        return new Command(command) { Settings = settings, Folder = SourceTree.Root }.OutputAsync(TestContext.Current.CancellationToken);
    }
}
