using ModelContextProtocol.Client;

namespace McpProxy.Tests.AppHost;

/// <summary>The AppHost with backend redis, over each of the three servers that it can take, and ended in each of three ways.</summary>
[Collection(AppHostGroup.Name)]
public sealed class RedisTests : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mcp-proxy-data-");
    private readonly string _name = Guid.NewGuid().ToString("N");

    private string Volume => $"mcpproxy.apphost-{_name[..10]}-redis-data";

    [Theory]
    [InlineData("container", "TERM", "")]
    [InlineData("garnet", "INT", "-")] // As Ctrl+C does: every process of the terminal's group gets it.
    [InlineData("existing", "KILL", "")]
    public async Task Two_replicas_serve_what_stays_connected_when_it_is_started_again_and_no_process_is_left(string kind, string signal, string group)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for processes the way Linux has them.");
        Assert.SkipUnless(kind is not "container" || await DockerAsync("info"), "No container engine answers.");
        await using var existing = kind is "existing" ? await RedisServer.StartAsync() : null;
        string[] settings =
        [
            "Parameters__backend=redis",
            $"AppHostSha={_name}", // Names the volume, so that no other run and no developer's data is touched.
            .. kind switch
            {
                "container" => [],
                "garnet" => ["ASPIRE_CONTAINER_RUNTIME=docker", "DOCKER_HOST=tcp://127.0.0.1:1", $"XDG_DATA_HOME={_data.FullName}"],
                _ => (string[])[$"ConnectionStrings__redis={existing!.Address}"],
            },
        ];

        await using (var appHost = await AppHostProcess.StartReadyAsync(settings))
        {
            await using var client = await Proxy.CreateClientAsync(appHost.McpEndpoint);

            // A server that was just started may need longer than the proxy waits. The proxy says to try again.
            var kept = new { serverUrl = "http://127.0.0.1:9/kept", serverName = "kept", validateConnection = false };
            await Wait.UntilAsync(async () => (await client.CallAsync("connectServer", kept)).IsError is not true, AppHostProcess.Patience);

            // Two processes of the proxy behind the one address, and Garnet where it is asked for.
            await Wait.UntilAsync(() => Task.FromResult(Count(appHost, "/McpProxy.Api") is 2), AppHostProcess.Patience);
            Assert.Equal(kind is "garnet", ProcessFamily.Of(appHost.Id).CommandLines.Any(line => line.Contains("GarnetServer", StringComparison.Ordinal)));
            Assert.Equal("echo: hi", (await client.AskAsync("server0:echoAgent", "hi")).Text());

            // At least the AppHost, the orchestrator, the dashboard, the proxy and the agent server.
            Assert.InRange(ProcessFamily.Of(appHost.Id).CommandLines.Count, 5, 30);
            await appHost.EndAsync(signal, $"{group}{appHost.Id}");
        }

        await using var again = await AppHostProcess.StartReadyAsync(settings);
        await using var later = await Proxy.CreateClientAsync(again.McpEndpoint);

        await Wait.UntilAsync(async () => (await NamesAsync(later)).Contains("kept"), AppHostProcess.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _data.Delete(recursive: true);

        // The container is removed a moment after the AppHost has ended.
        if (await DockerAsync("volume", "inspect", Volume))
        {
            await Wait.UntilAsync(() => DockerAsync("volume", "rm", Volume), AppHostProcess.Patience);
        }
    }

    private static async Task<IEnumerable<string?>> NamesAsync(McpClient client)
        => (await client.FieldsAsync("listAgents")).Get("serverAgents").EnumerateArray().Select(server => server.GetProperty("serverName").GetString());

    private static int Count(AppHostProcess appHost, string program)
        => ProcessFamily.Of(appHost.Id).CommandLines.Count(line => line.TrimEnd().EndsWith(program, StringComparison.Ordinal));

    private static async Task<bool> DockerAsync(params string[] arguments)
        => (await new Command(["docker", .. arguments]).RunAsync(CancellationToken.None)).ExitCode is 0;
}
