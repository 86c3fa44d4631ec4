using McpProxy.Api;
using McpProxy.Api.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Outbound;

/// <summary>What is repeated, how often, and under which settings; and what counts against a server.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private readonly WebApplication _server = LocalServer.Build();
    private int _failures;
    private int _reads;
    private int _calls;
    private int _gone;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server.MapGet("/api/agents", () => Interlocked.Increment(ref _reads) > Volatile.Read(ref _failures)
            ? Results.Json(new { any = new { name = "Any", instructions = "Answer." } })
            : Results.StatusCode(500));
        _server.MapPost("/api/agents/broken/generate", () =>
        {
            Interlocked.Increment(ref _calls);

            return Results.StatusCode(503);
        });
        _server.MapPost("/api/agents/hang/generate", async (HttpContext context) =>
        {
            Interlocked.Increment(ref _calls);
            context.RequestAborted.Register(() => Interlocked.Increment(ref _gone));
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        _server.MapPost("/api/agents/any/generate", () => new { text = "well", finishReason = "stop" });
        await _server.StartAsync(CancellationToken);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("MCP_READ_RETRIES=2", 2, true)]
    [InlineData("MCP_READ_RETRIES=1", 2, false)]
    [InlineData("MASTRA_DISCOVERY_RETRIES=1", 1, true)]
    [InlineData("MASTRA_DISCOVERY_RETRIES=0", 1, false)]
    [InlineData("MASTRA_LISTING_RETRIES=3", 3, true)]
    [InlineData("MASTRA_LISTING_RETRIES=0", 1, false)]
    public async Task A_read_that_failed_is_repeated_as_often_as_the_setting_says(string setting, int failures, bool isListed)
    {
        _failures = failures;
        await using var proxy = await StartAsync(setting);
        await using var client = await proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("listAgents");

        Assert.Equal(isListed ? "online" : "error", fields.Get("serverAgents", 0, "status").GetString());
        Assert.Equal(isListed ? failures + 1 : failures, _reads);
    }

    [Fact]
    public async Task A_call_that_failed_is_not_repeated_but_counts_as_a_failure_of_its_server()
    {
        await using var proxy = await StartAsync("MCP_CIRCUIT_FAILURES=10", "MCP_CIRCUIT_BREAK_SECONDS=600", "MCP_AGENT_CACHE_SECONDS=600");
        await using var client = await proxy.CreateClientAsync();

        // The reads that found out the type succeeded, so it takes more than ten calls until nine of ten requests have failed.
        var failures = new List<string>();
        await Wait.UntilAsync(async () =>
        {
            failures.Add((await client.AskAsync("server0:broken", "go")).Text());

            return failures[^1].Contains("failed too often lately", StringComparison.Ordinal);
        });

        Assert.All(failures[..^1], failure => Assert.Contains("failed", failure, StringComparison.Ordinal));
        Assert.Equal(failures.Count - 1, _calls);
    }

    [Fact]
    public async Task Callers_who_leave_do_not_count_against_the_server()
    {
        await using var proxy = await StartAsync("MCP_CIRCUIT_FAILURES=2", "MCP_CIRCUIT_BREAK_SECONDS=600");
        await using var client = await proxy.CreateClientAsync();

        // Finding out the type took two requests that succeeded: with eighteen failures, nine of ten would have failed.
        for (var i = 1; i <= 20; i++)
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
            var call = client.CallToolAsync(
                "callAgent", new Dictionary<string, object?> { ["targetAgentId"] = "server0:hang", ["message"] = "go" }, cancellationToken: leaving.Token);
            await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref _calls) == i));
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
            await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref _gone) == i));
        }

        Assert.Equal("well", (await client.AskAsync("server0:any", "go")).Text());
    }

    [Fact]
    public async Task A_server_that_never_says_what_agents_it_has_is_left_alone()
    {
        await using var hostile = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS={hostile.Url("hang")}",
            "MCP_DISCOVERY_TIMEOUT_SECONDS=1",
            "MCP_CIRCUIT_FAILURES=2",
            "MCP_CIRCUIT_BREAK_SECONDS=600",
            "MCP_AGENT_CACHE_SECONDS=0");
        await using var client = await proxy.CreateClientAsync();

        var first = await client.FailureAsync("callAgent", new { targetAgentId = "server0:any", message = "hi" });
        var second = await client.FailureAsync("callAgent", new { targetAgentId = "server0:any", message = "hi" });

        Assert.StartsWith("Agent server 'server0' did not answer within 1 s.", first, StringComparison.Ordinal);
        Assert.StartsWith("Agent server 'server0' failed too often lately, so it was not asked.", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MASTRA_CLIENT_BACKOFF_MS")]
    [InlineData("MASTRA_CLIENT_MAX_BACKOFF_MS")]
    [InlineData("MASTRA_DISCOVERY_BACKOFF_MS")]
    [InlineData("MASTRA_DISCOVERY_MAX_BACKOFF_MS")]
    [InlineData("MASTRA_LISTING_BACKOFF_MS")]
    [InlineData("MASTRA_LISTING_MAX_BACKOFF_MS")]
    public async Task A_setting_that_has_no_effect_any_more_is_not_called_a_mistake(string setting)
    {
        await using var proxy = ProxyApp.Build(["--Logging:LogLevel:Default=None", $"--{setting}=250"]);

        Assert.DoesNotContain(Misspellings.In(proxy.Configuration, ProxyApp.Options), warning => warning.Contains(setting, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_value_is_reported_under_the_name_that_the_user_wrote()
        => Assert.Contains(
            "MASTRA_LISTING_RETRIES must be a whole number. It is 'often'.",
            Assert.Throws<SettingsException>(() => ProxyApp.Build(["--MASTRA_LISTING_RETRIES=often"])).Message,
            StringComparison.Ordinal);

    private Task<Proxy> StartAsync(params string[] settings) => Proxy.StartAsync([$"AGENT_SERVERS={_server.Urls.Single()}", .. settings]);
}
