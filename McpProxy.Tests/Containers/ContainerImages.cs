using System.Runtime.InteropServices;

namespace McpProxy.Tests.Containers;

/// <summary>The images of the proxy and the sample agent server, published as docs/deploying.md says, under a tag of their own.</summary>
public sealed class ContainerImages : IAsyncLifetime
{
    private const string ProxyRepository = "mcp-agent-proxy";
    private const string AgentsRepository = "mcp-agent-proxy-sample-agents";

    private readonly string _tag = $"test-{Guid.NewGuid():N}";

    /// <summary>Why there are no images, or <see langword="null"/>.</summary>
    public string? Missing { get; private set; }

    public string Proxy => $"{ProxyRepository}:{_tag}";

    public string Agents => $"{AgentsRepository}:{_tag}";

    /// <summary>How compose is called on this machine.</summary>
    internal IReadOnlyList<string> Compose { get; private set; } = [];

    private static string? BaseImage => Environment.GetEnvironmentVariable("CONTAINER_BASE_IMAGE");

    public async ValueTask InitializeAsync()
    {
        Compose = await SucceedsAsync("docker", "compose", "version") ? ["docker", "compose"] : ["docker-compose"];
        Missing = !await SucceedsAsync("docker", "info") ? "No container engine answers."
            : !await SucceedsAsync([.. Compose, "version"]) ? "Neither docker compose nor docker-compose is installed."
            : string.IsNullOrEmpty(BaseImage) ? "CONTAINER_BASE_IMAGE names no base image: ./test.sh finds one."
            : null;
        if (Missing is null)
        {
            // As eng/publish.sh does, and where it does: what that has compiled is taken.
            await PublishAsync("McpProxy.Api", ProxyRepository, "-p:PublishAot=true", "--artifacts-path", SourceTree.PathTo("artifacts/native"));

            // In a folder of its own, since other tests use what was built.
            await PublishAsync("McpProxy.SampleAgentServer", AgentsRepository, "--artifacts-path", SourceTree.PathTo("artifacts/containers"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Missing is null)
        {
            await SucceedsAsync("docker", "image", "rm", Proxy, Agents);
        }
    }

    private static async Task<bool> SucceedsAsync(params string[] command) => (await new Command(command).RunAsync(CancellationToken.None)).ExitCode is 0;

    // Without the build servers, which would outlive the test and hold on to its output.
    private Task<string> PublishAsync(string project, string repository, params string[] arguments) => new Command(
    [
        "dotnet", "publish", project, "-r", $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", "-t:PublishContainer",
        $"-p:ContainerRepository={repository}", $"-p:ContainerImageTag={_tag}", $"-p:ContainerBaseImage={BaseImage}",
        "-p:RunAnalyzers=false", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. arguments,
    ])
    {
        Folder = SourceTree.Root,
        Patience = TimeSpan.FromMinutes(10),
    }.OutputAsync(CancellationToken.None);
}
