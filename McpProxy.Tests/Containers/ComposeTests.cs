using System.Net.NetworkInformation;
using McpProxy.SampleAgentServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Containers;

/// <summary>compose.yaml with the published images, on this machine's container engine.</summary>
public sealed class ComposeTests(ContainerImages images) : IClassFixture<ContainerImages>
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Agents_are_called_and_call_each_other_from_container_to_container()
    {
        await using var project = await ComposeProject.StartAsync(images, []);
        await using var client = await project.ConnectAsync();

        await WaitForEchoAsync(client, "server0");
        await WaitForEchoAsync(client, "server1");
        Assert.Contains(
            "21 degrees and sunny",
            (await client.AskAsync("server0:weatherAgent", "How is the weather in Paris?")).Text(),
            StringComparison.Ordinal);
        Assert.Equal("echo: hi", (await client.AskAsync("server0:relayAgent", "server1:echoAgent hi")).Text());
    }

    [Fact]
    public async Task The_proxy_runs_without_privileges_reports_its_health_and_comes_back_when_it_ends()
    {
        await using var project = await ComposeProject.StartAsync(images, [], services: "proxy");
        await project.WaitUntilHealthyAsync();

        Assert.Equal("proxy", (await project.RunAsync("ps", "--services", "--filter", "status=running")).Trim());
        Assert.Equal("1654", (await project.RunAsync("exec", "-T", "proxy", "bash", "-c", "echo $UID")).Trim());
        Assert.Equal("40", await project.InspectAsync("proxy", "{{.Config.StopTimeout}}"));
        await Wait.UntilAsync(async () => await project.InspectAsync("proxy", "{{.State.Health.Status}}") is "healthy", _patience);

        // The container may end before the command can report its own success.
        await Record.ExceptionAsync(() => project.RunAsync("exec", "-T", "proxy", "bash", "-c", "kill 1"));

        await Wait.UntilAsync(async () => await project.InspectAsync("proxy", "{{.RestartCount}}") is not "0", _patience);
        await project.WaitUntilHealthyAsync();
    }

    [Fact]
    public async Task Connections_in_Redis_are_shared_by_proxies_and_survive_their_death_that_of_Redis_and_of_all()
    {
        await using var project = await ComposeProject.StartAsync(
            images,
            new()
            {
                ["AGENT_SERVERS"] = "http://agents:8080/langgraph",
                ["COMPOSE_PROFILES"] = "redis",
                ["MCP_ALLOWED_SERVERS"] = "agents",
                ["MCP_CONNECTION_BACKEND"] = "redis",
            },
            proxies: 2);
        await using (var client = await project.ConnectAsync())
        {
            await WaitForEchoAsync(client, "server0");
            await client.FieldsAsync("connectServer", new { serverUrl = "http://agents:8080/mastra", serverName = "late" });
        }

        await EachKnowsTheServerAsync(project);

        await project.RunAsync("kill", "proxy");
        await project.UpAsync();
        await EachKnowsTheServerAsync(project);

        await project.RunAsync("restart", "redis");
        await EachKnowsTheServerAsync(project);

        await project.RunAsync("down");
        await project.UpAsync();
        await EachKnowsTheServerAsync(project);
    }

    [Fact]
    public async Task A_proxy_alone_calls_agents_beside_the_containers_with_the_credentials_in_the_env_file()
    {
        var port = FreePort.Next();
        await using var project = await ComposeProject.StartAsync(
            images,
            [],
            $"""
            ENV_FILE=.env
            AGENT_SERVERS=http://host.docker.internal:{port}/mastra
            AGENT_SERVER_AUTH__server0__Token=open-sesame
            """,
            services: "proxy");
        await using var client = await project.ConnectAsync();
        await using var agents = SampleApp.Build([$"--urls=http://{await HostAddressAsync(project)}:{port}", "--Logging:LogLevel:Default=None"]);
        agents.Use(async (context, next) =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            if (context.Request.Headers.Authorization == "Bearer open-sesame")
            {
                context.Response.StatusCode = StatusCodes.Status200OK;
                await next();
            }
        });
        await agents.StartAsync(TestContext.Current.CancellationToken);

        await WaitForEchoAsync(client, "server0");
    }

    private static async Task EachKnowsTheServerAsync(ComposeProject project)
    {
        foreach (var proxy in new[] { 0, 1 })
        {
            await using var client = await project.ConnectAsync(proxy);
            await WaitForEchoAsync(client, "late");
        }
    }

    /// <summary>Calls an agent until it answers: its container may not have started yet.</summary>
    private static async Task WaitForEchoAsync(McpClient client, string server)
    {
        var text = "";
        try
        {
            await Wait.UntilAsync(async () => (text = (await client.AskAsync($"{server}:echoAgent", "hi")).Text()) is "echo: hi", _patience);
        }
        catch (OperationCanceledException)
        {
            Assert.Equal("echo: hi", text);
        }
    }

    /// <summary>Where containers look for this machine, or loopback if that is the engine's own machine, which passes on what comes there.</summary>
    private static async Task<string> HostAddressAsync(ComposeProject project)
    {
        const string ReadHosts = "while read -r address name; do [ $name = host.docker.internal ] && echo $address; done </etc/hosts; true";
        var host = (await project.RunAsync("exec", "-T", "proxy", "bash", "-c", ReadHosts)).Trim();
        var isHere = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Any(address => address.Address.ToString() == host);

        return isHere ? host : "127.0.0.1";
    }
}
