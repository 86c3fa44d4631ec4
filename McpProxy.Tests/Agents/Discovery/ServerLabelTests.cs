using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Agents.Discovery;

/// <summary>Errors call a server what whoever reads them calls it, and say what to do about it.</summary>
public sealed class ServerLabelTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
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
    public async Task A_server_that_nobody_named_can_get_credentials_under_any_name()
    {
        await using var server = await StartAsync(app => app.MapFallback(() => Results.StatusCode(401)));
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl = server.Urls.Single() });

        Assert.Contains("Set AGENT_SERVER_AUTH__<any name>__Token (bearer)", failure, StringComparison.Ordinal);
        Assert.Contains($"and AGENT_SERVER_AUTH__<any name>__Url={server.Urls.Single()} where the proxy runs", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("custom", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_agents_of_a_server_that_no_list_shows_are_named_when_one_is_missing()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("callAgent", new { targetAgentId = "ecoAgent", message = "hi", serverUrl = fixture.MastraUrl });

        Assert.Equal(
            $"Agent server '{fixture.MastraUrl}' has no agent 'ecoAgent'. Did you mean 'echoAgent'? "
            + "It has 'echoAgent', 'weatherAgent', 'slowAgent', 'memoryAgent', 'relayAgent'.",
            failure);
    }

    [Fact]
    public async Task A_url_that_ends_in_api_is_told_from_others_that_lead_nowhere()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        Assert.Contains(
            "Leave out the /api at the end of its URL",
            await client.FailureAsync("connectServer", new { serverUrl = $"{fixture.MastraUrl}/api" }),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "/api at the end", await client.FailureAsync("connectServer", new { serverUrl = $"{fixture.MastraUrl}/nothing" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_to_disconnect_is_guessed_too()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();
        await client.FieldsAsync("connectServer", new { serverUrl = fixture.MastraUrl, serverName = "kitchen" });

        Assert.Equal(
            "No server called 'kichten' was connected at run time. Did you mean 'kitchen'? There is 'kitchen'.",
            await client.FailureAsync("disconnectServer", new { serverName = "kichten" }));
    }

    [Fact]
    public async Task An_id_that_is_known_does_not_wait_for_a_server_that_is_being_asked()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (hangs, ended) = (false, false);
        await using var server = await StartAsync(app => app.MapGet("/api/agents", async (HttpContext context) =>
        {
            if (hangs)
            {
                asked.TrySetResult();
                context.RequestAborted.Register(() => ended = true);
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            }

            return new { other = new { name = "Other", instructions = "Answer." } };
        }));
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

    [Theory]
    [InlineData("stream")]
    [InlineData("generate")]
    public async Task An_answer_is_over_when_its_server_says_so_also_on_a_connection_that_stays_open(string how)
    {
        await using var server = await StartAsync(app =>
        {
            app.MapGet("/api/agents", () => new { open = new { name = "Open", instructions = "Answer." } });
            app.MapPost("/api/agents/open/stream", async (HttpContext context) =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync(
                    """
                    data: {"type":"text-delta","payload":{"text":"well"}}

                    data: {"type":"step-finish","payload":{"stepResult":{"reason":"stop"}}}

                    data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}

                    data: [DONE]


                    """.ReplaceLineEndings("\n"),
                    context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            });
        });
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Urls.Single()}", "MCP_IDLE_TIMEOUT_SECONDS=10");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:open", "hi", how, new Hearing());

        Assert.False(result.IsError is true, result.Text());
        Assert.Equal("well", result.Text());
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var app = WebApplication.Create(["--Logging:LogLevel:Default=None", "--urls=http://127.0.0.1:0"]);
        map(app);
        await app.StartAsync(CancellationToken);

        return app;
    }
}
