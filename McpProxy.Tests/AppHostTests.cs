using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using McpProxy.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;

namespace McpProxy.Tests;

/// <summary>What the AppHost describes for each backend, and that it runs.</summary>
public sealed class AppHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("", "agents proxy", 1)]
    [InlineData("Parameters:backend=local", "agents proxy", 1)]
    [InlineData("Parameters:backend=redis", "agents proxy redis", 2)]
    [InlineData("Parameters:backend=redis ConnectionStrings:redis=cache.example:6379", "agents proxy", 2)]
    [InlineData("Parameters:backend=upstash", "agents proxy", 2)]
    public async Task The_backend_decides_what_runs_and_how_often(string settings, string running, int replicas)
    {
        await using var app = await BuildAsync(settings);
        var resources = ResourcesOf(app);

        // Aspire adds resources of its own; none is a project or Redis.
        Assert.Equal(running, string.Join(' ', resources.Values.Where(resource => resource is ProjectResource or RedisResource).Select(resource => resource.Name).Order()));
        Assert.Equal(replicas, resources["proxy"].GetReplicaCount());
    }

    [Fact]
    public async Task The_proxy_is_told_which_backend_and_which_agent_servers_to_use()
    {
        await using var app = await BuildAsync("");
        var environment = await EnvironmentOfProxyAsync(app);

        Assert.Equal("{backend.value}", environment["MCP_CONNECTION_BACKEND"]);
        Assert.Equal("{agents.bindings.http.url}/mastra {agents.bindings.http.url}/langgraph", environment["AGENT_SERVERS"]);
        Assert.Equal("true", environment["MCP_TELEMETRY_CONTENT"]);
        Assert.Equal(["agents"], NeedsOfProxy(app));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ConnectionStrings:redis=cache.example:6379")]
    public async Task On_redis_the_proxy_waits_for_it_and_gets_its_connection_string(string existing)
    {
        await using var app = await BuildAsync("Parameters:backend=redis" + existing);

        Assert.Equal("{redis.connectionString}", (await EnvironmentOfProxyAsync(app))["ConnectionStrings__redis"]);
        Assert.Equal(["agents", "redis"], NeedsOfProxy(app));
    }

    [Fact]
    public async Task On_upstash_the_token_is_a_secret()
    {
        await using var app = await BuildAsync("Parameters:backend=upstash");
        var environment = await EnvironmentOfProxyAsync(app);

        Assert.Equal("{upstash-url.value}", environment["UPSTASH_REDIS_REST_URL"]);
        Assert.Equal("{upstash-token.value}", environment["UPSTASH_REDIS_REST_TOKEN"]);
        Assert.True(Assert.IsType<ParameterResource>(ResourcesOf(app)["upstash-token"], exactMatch: false).Secret);
    }

    [Fact]
    public async Task Another_backend_is_refused_with_those_that_there_are()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => BuildAsync("Parameters:backend=floppy"));

        Assert.Equal("Parameters:backend must be local, redis or upstash. It is 'floppy'.", exception.GetBaseException().Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Parameters:backend=redis")]
    public async Task The_system_starts_and_an_MCP_client_lists_and_calls_agents_through_it(string settings)
    {
        await using var app = await StartAsync(settings);
        await using var client = await ConnectAsync(app);

        var listed = await client.FieldsAsync("listAgents");

        Assert.Equal(10, listed.Get("summary", "totalAgents").GetInt32());
        Assert.Equal("echo: hi", (await client.AskAsync("server0:echoAgent", "hi")).Text());
        Assert.Equal("echo: hi", (await client.AskAsync("server1:echoAgent", "hi")).Text());
        Assert.Equal("echo: hi", (await client.AskAsync("server0:relayAgent", "server1:echoAgent hi")).Text());
    }

    [Fact]
    public async Task What_was_connected_over_Redis_is_still_connected_after_a_restart()
    {
        var name = $"kept-{Guid.NewGuid():N}";
        await using (var app = await StartAsync("Parameters:backend=redis"))
        {
            await using var client = await ConnectAsync(app);
            await client.FieldsAsync("connectServer", new { serverUrl = $"http://127.0.0.1/{name}", serverName = name, validateConnection = false });
        }

        await using var again = await StartAsync("Parameters:backend=redis");
        await using var later = await ConnectAsync(again);

        Assert.True((await later.FieldsAsync("disconnectServer", new { serverName = name })).Get("success").GetBoolean());
    }

    private static async Task<DistributedApplication> StartAsync(string settings)
    {
        Assert.SkipUnless(settings is "" || RedisServer.IsInstalled, RedisServer.NotInstalled);
        var app = await BuildAsync(settings);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.ResourceNotifications
            .WaitForResourceHealthyAsync("proxy", TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);

        return app;
    }

    private static Task<McpClient> ConnectAsync(DistributedApplication app) => Proxy.CreateClientAsync(new(app.GetEndpoint("proxy", "http"), "/mcp"));

    private static async Task<DistributedApplication> BuildAsync(string settings)
    {
        var arguments = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => $"--{setting}").ToArray();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.McpProxy_AppHost>(arguments, TestContext.Current.CancellationToken);

        return await builder.BuildAsync(TestContext.Current.CancellationToken);
    }

    private static Dictionary<string, IResource> ResourcesOf(DistributedApplication app)
        => app.Services.GetRequiredService<DistributedApplicationModel>().Resources.ToDictionary(resource => resource.Name);

    private static IEnumerable<string> NeedsOfProxy(DistributedApplication app)
        => ResourcesOf(app)["proxy"].Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Order();

    private static async Task<Dictionary<string, string>> EnvironmentOfProxyAsync(DistributedApplication app)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(ResourcesOf(app)["proxy"])
            .WithEnvironmentVariablesConfig()
            .BuildAsync(new(DistributedApplicationOperation.Publish), cancellationToken: TestContext.Current.CancellationToken);

        return configuration.EnvironmentVariables.ToDictionary();
    }
}
