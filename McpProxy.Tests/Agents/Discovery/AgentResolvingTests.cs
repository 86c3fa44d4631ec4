using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Agents.Discovery;

/// <summary>Which agent an id leads to, and what is said when it leads to none.</summary>
public sealed class AgentResolvingTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_nobody_named_is_called_by_its_url_and_later_by_its_name()
    {
        var url = FreePort.Url();
        await using var proxy = await Proxy.StartAsync("MASTRA_DISCOVERY_RETRIES=0");
        await using var client = await proxy.CreateClientAsync();

        var unnamed = await client.FailureAsync("callAgent", new { targetAgentId = "a", message = "hi", serverUrl = url });
        await client.FieldsAsync("connectServer", new { serverUrl = url, serverName = "team", validateConnection = false });
        var named = await client.FailureAsync("callAgent", new { targetAgentId = "team:a", message = "hi" });

        Assert.Equal($"Agent server '{url.TrimEnd('/')}' could not be reached. Check that it is running.", unnamed);
        Assert.Equal("Agent server 'team' could not be reached. Check that it is running.", named);
    }

    [Fact]
    public async Task Names_the_agents_of_a_server_that_is_not_connected_when_the_one_asked_for_is_missing()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("callAgent", new { targetAgentId = "ecoAgent", message = "hi", serverUrl = fixture.MastraUrl });

        Assert.Equal(
            $"Agent server '{fixture.MastraUrl}' has no agent 'ecoAgent'. Did you mean 'echoAgent'? "
            + "It has 'echoAgent', 'weatherAgent', 'slowAgent', 'memoryAgent', 'relayAgent', 'approvalAgent'.",
            failure);
    }

    [Fact]
    public async Task An_id_that_is_known_does_not_wait_for_a_server_that_is_being_asked()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (hangs, ended) = (false, false);
        await using var server = LocalServer.Build();
        server.MapGet("/api/agents", async (HttpContext context) =>
        {
            if (hangs)
            {
                asked.TrySetResult();
                context.RequestAborted.Register(() => ended = true);
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            }

            return new { other = new { name = "Other", instructions = "Answer." } };
        });
        await server.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS={server.Urls.Single()} {fixture.MastraUrl}", "MCP_AGENT_CACHE_SECONDS=0", "MCP_DISCOVERY_TIMEOUT_SECONDS=30");
        await using var client = await proxy.CreateClientAsync();
        Assert.Equal("echo: hi", (await client.AskAsync("echoAgent", "hi")).Text());
        hangs = true;

        var result = await client.AskAsync("echoAgent", "hi");

        Assert.Equal("echo: hi", result.Text());
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken);
        Assert.False(ended, "The call should not have waited until the proxy gave the other server up.");
    }
}
