using System.IO.Compression;
using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Packages;

/// <summary>The .NET tool as eng/publish.sh packed it, installed from a local feed and called by a real client.</summary>
public sealed class ToolPackageTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>, IDisposable
{
    private const string Tool = "McpProxy";

    private static readonly string _feed = SourceTree.PathTo("artifacts/packages");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-proxy-tool-");

    private static string? Version => Directory.Exists(_feed)
        ? Directory.EnumerateFiles(_feed, $"{Tool}.any.*.nupkg").Select(file => Path.GetFileNameWithoutExtension(file)[$"{Tool}.any.".Length..]).Single()
        : null;

    [Fact]
    public async Task The_package_says_how_a_client_starts_it_in_its_own_version()
    {
        using var package = ZipFile.OpenRead(PackageOf(Tool));
        await using var description = await package.GetEntry(".mcp/server.json")!.OpenAsync(TestContext.Current.CancellationToken);
        using var server = await JsonDocument.ParseAsync(description, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Version, server.RootElement.Get("version").GetString());
        Assert.Equal(Version, server.RootElement.Get("packages", 0, "version").GetString());
        Assert.Equal(Tool, server.RootElement.Get("packages", 0, "identifier").GetString());
        Assert.Contains(package.Entries, entry => entry.FullName is "README.md");
    }

    [Fact]
    public void The_native_package_holds_the_program_and_its_settings_and_nothing_else()
        => Assert.Equal(["DotnetToolSettings.xml", "McpProxy.Api", "appsettings.json"], FilesOf($"{Tool}.linux-x64").Order(StringComparer.Ordinal));

    [Fact]
    public void The_package_for_the_runtime_holds_libraries_and_what_describes_them_and_nothing_else()
        => Assert.Equal(
            ["DotnetToolSettings.xml", "McpProxy.Api.deps.json", "McpProxy.Api.runtimeconfig.json", "appsettings.json"],
            FilesOf($"{Tool}.any").Where(file => Path.GetExtension(file) is not ".dll").Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_client_starts_it_with_dnx()
        => await CallAsync("dotnet", "dnx", $"{Tool}@{Version}", "--yes", "--source", _feed, "--", "--stdio");

    [Fact]
    public async Task It_is_installed_as_a_command()
    {
        PackageOf(Tool);
        await new Command("dotnet", "tool", "install", Tool, "--version", Version!, "--source", _feed, "--tool-path", _folder.FullName)
        {
            Settings = Settings,
        }.OutputAsync(TestContext.Current.CancellationToken);

        await CallAsync(Path.Combine(_folder.FullName, "mcp-agent-proxy"), "--stdio");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // What is installed for a test must not be found by the next one.
    private string[] Settings => [$"NUGET_PACKAGES={_folder.FullName}/packages", $"DOTNET_CLI_HOME={_folder.FullName}"];

    private static string PackageOf(string name)
    {
        Assert.SkipWhen(Version is null, "There is no package in artifacts/packages: eng/publish.sh makes it.");

        return Path.Combine(_feed, $"{name}.{Version}.nupkg");
    }

    private static IEnumerable<string> FilesOf(string name)
    {
        using var package = ZipFile.OpenRead(PackageOf(name));

        return [.. package.Entries.Where(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal)).Select(entry => entry.Name)];
    }

    private async Task CallAsync(string command, params string[] arguments)
    {
        PackageOf(Tool);
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new()
            {
                Command = command,
                Arguments = arguments,
                EnvironmentVariables = Settings
                    .Append($"AGENT_SERVERS={new Uri(agents.Client.BaseAddress!, "mastra")}")
                    .Select(setting => setting.Split('=', 2))
                    .ToDictionary(setting => setting[0], setting => (string?)setting[1]),
            }),
            new() { DiscoverProbeTimeout = TimeSpan.FromMinutes(2) },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("echo: hi", (await client.AskAsync("server0:echoAgent", "hi")).Text());
    }
}
