using System.Globalization;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Containers;

/// <summary>The containers of compose.yaml as it is, on free ports and with images of this run. This object removes them and their data.</summary>
internal sealed class ComposeProject : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-proxy-compose-");
    private readonly HttpClient _http = new();
    private readonly string[] _settings;
    private readonly string[] _compose;
    private readonly string[] _up;
    private readonly int _port = FreePort.Next(2);

    private ComposeProject(ContainerImages images, Dictionary<string, string> settings, int proxies, string[] services)
    {
        Assert.SkipWhen(images.Missing is not null, images.Missing ?? "");
        _settings =
        [
            .. settings.Select(setting => $"{setting.Key}={setting.Value}"),
            $"MCP_SERVER_PORT={(proxies is 1 ? $"{_port}" : $"{_port}-{_port + proxies - 1}")}",
        ];
        _up = ["up", "-d", "--scale", $"proxy={proxies}", .. services];
        _compose = [.. images.Compose, "-p", _folder.Name.ToLowerInvariant(), "-f", "compose.yaml", "-f", "images.yaml"];
        File.Copy(SourceTree.PathTo("compose.yaml"), PathTo("compose.yaml"));
        File.Copy(SourceTree.PathTo(".env.example"), PathTo(".env.example"));
        // A busy machine takes its time.
        File.WriteAllText(PathTo("images.yaml"), $$"""
            services:
              proxy: { image: "{{images.Proxy}}", environment: { MCP_DISCOVERY_TIMEOUT_SECONDS: 60 } }
              agents: { image: "{{images.Agents}}" }
            """);
    }

    /// <param name="images">What to run.</param>
    /// <param name="settings">Variables of the shell that compose is called from.</param>
    /// <param name="dotEnv">The content of <c>.env</c>, if there is one.</param>
    /// <param name="proxies">How many proxies run: one or two.</param>
    /// <param name="services">What is started; everything if nothing is named.</param>
    public static async Task<ComposeProject> StartAsync(
        ContainerImages images, Dictionary<string, string> settings, string? dotEnv = null, int proxies = 1, params string[] services)
    {
        var project = new ComposeProject(images, settings, proxies, services);
        try
        {
            if (dotEnv is not null)
            {
                await File.WriteAllTextAsync(project.PathTo(".env"), dotEnv);
            }

            await project.UpAsync();

            return project;
        }
        catch
        {
            await project.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts those again that have stopped since the first start.</summary>
    public Task UpAsync() => RunAsync(_up);

    /// <summary>Runs one command of compose.</summary>
    public Task<string> RunAsync(params string[] arguments) => OutputAsync([.. _compose, .. arguments]);

    /// <summary>Asks the engine one thing about the only container of a service.</summary>
    public async Task<string> InspectAsync(string service, string format)
        => (await OutputAsync("docker", "inspect", "-f", format, (await RunAsync("ps", "-q", service)).Trim())).Trim();

    /// <summary>Connects an MCP client to one of the proxies, once it can do its work.</summary>
    public async Task<McpClient> ConnectAsync(int proxy = 0)
    {
        await WaitUntilHealthyAsync(proxy);

        return await Proxy.CreateClientAsync(new(UrlOf(proxy), "/mcp"));
    }

    public Task WaitUntilHealthyAsync(int proxy = 0) => Wait.UntilAsync(() => IsHealthyAsync(new(UrlOf(proxy), "/health")), _patience);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await RunAsync("down", "-v", "--remove-orphans", "-t", "5");
        _folder.Delete(recursive: true);
    }

    private Task<string> OutputAsync(params string[] command)
        => new Command(command) { Folder = _folder.FullName, Settings = _settings, Patience = TimeSpan.FromMinutes(10) }.OutputAsync(CancellationToken.None);

    private Uri UrlOf(int proxy) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port + proxy}"));

    private string PathTo(string file) => Path.Combine(_folder.FullName, file);

    private async Task<bool> IsHealthyAsync(Uri url)
    {
        try
        {
            return (await _http.GetStringAsync(url, TestContext.Current.CancellationToken)).StartsWith("""{"status":"healthy""", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
