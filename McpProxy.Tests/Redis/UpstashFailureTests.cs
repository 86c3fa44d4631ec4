using McpProxy.Api.Connections;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Redis;

/// <summary>Everything that can go wrong with Upstash, as far as a double can do it.</summary>
public sealed class UpstashFailureTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task Says_that_the_token_is_wrong()
    {
        var server = await _backends.UpstashServerAsync(await _backends.ServerAsync());
        var backend = await _backends.UpstashAsync(server, settings: "--UPSTASH_REDIS_REST_TOKEN=wrong");

        Assert.Empty(await backend.GetAllAsync(CancellationToken));
        Assert.Equal(
            "Nothing was changed. Upstash refuses the credentials. Check UPSTASH_REDIS_REST_TOKEN. Until then trying again won't help.",
            await backend.RefusalAsync());
        Assert.Equal(HealthStatus.Unhealthy, backend.State.Health);
    }

    [Fact]
    public async Task Leaves_Upstash_alone_for_as_long_as_it_asks()
    {
        var (server, backend) = await StartAsync();
        server.Fault = (context, _) => AnswerAsync(context, 429, "application/json", """{"error":"ERR too many requests"}""", retryAfter: "120");

        Assert.Equal(
            "Nothing was changed. Upstash is asked too often, or its plan's limit is used up. Try again in 120 seconds.", await backend.RefusalAsync("other"));

        server.Fault = null;
        var requests = server.Requests;

        Assert.StartsWith("Nothing was changed.", await backend.RefusalAsync("other"), StringComparison.Ordinal);
        await backend.RefreshAsync(CancellationToken);
        Assert.Equal(["weather"], await backend.NamesAsync());
        Assert.Equal(requests, server.Requests);
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);
    }

    [Theory]
    [InlineData(500, "application/json", """{"error":"ERR internal"}""", "It is not known whether the change was made. Upstash has a failure of its own.")]
    [InlineData(503, "text/html", "<html>Bad day</html>", "It is not known whether the change was made. Upstash has a failure of its own.")]
    [InlineData(200, "text/html", "<html>Welcome</html>", "Nothing was changed. What answers is not Upstash's REST interface. Check UPSTASH_REDIS_REST_URL")]
    [InlineData(
        200, "application/json", """{"result":["!"]}""",
        "Nothing was changed. What answers is not Upstash's REST interface. Check UPSTASH_REDIS_REST_URL")]
    [InlineData(200, "application/json", """{"result":[]}""", "Nothing was changed. What answers in place of Redis answers something else. Check its address")]
    [InlineData(200, "application/json", """{"result":[null]}""", "Nothing was changed. What answers in place of Redis answers something else.")]
    [InlineData(302, "text/html", "<html>Moved</html>", "Nothing was changed. What answers is not Upstash's REST interface. Check UPSTASH_REDIS_REST_URL")]
    [InlineData(
        400, "application/json", """{"error":"ERR max daily request limit exceeded. Limit: 10000, Usage: 10000."}""",
        "Nothing was changed. Upstash refuses because a limit of its plan is used up.")]
    [InlineData(
        400, "application/json", """{"error":"NOPERM this user has no permissions to run the 'eval' command"}""",
        "Nothing was changed. Upstash does not allow what the proxy needs. Give the user or token in UPSTASH_REDIS_REST_TOKEN the right")]
    public async Task Keeps_what_it_knows_and_says_what_is_wrong(int status, string type, string body, string sentence)
    {
        var (server, backend) = await StartAsync();
        server.Fault = (context, _) => AnswerAsync(context, status, type, body);

        Assert.StartsWith(sentence, await backend.RefusalAsync("other"), StringComparison.Ordinal);
        await backend.RefreshAsync(CancellationToken);
        Assert.Equal(["weather"], await backend.NamesAsync());
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);

        server.Fault = null;

        await RecoveredAsync(backend);
        Assert.True((await backend.AddAsync("other")).Added);
    }

    [Fact]
    public async Task Makes_a_change_once_although_the_answer_was_lost()
    {
        var redis = await _backends.ServerAsync();
        var (server, backend) = await StartAsync(redis);
        DropOnce(server);
        var (other, _) = await backend.AddAsync("other");
        DropOnce(server);

        Assert.True(await backend.RemoveAsync("weather", CancellationToken));
        Assert.Equal("other", other.Name);
        Assert.Equal(["other"], (await redis.AssertConsistentAsync()).Keys);
        Assert.Equal(["other"], await backend.NamesAsync());
        Assert.Equal(HealthStatus.Healthy, (await RecoveredAsync(backend)).Health);
    }

    [Fact]
    public async Task Does_not_wait_for_ever_and_then_goes_on_with_what_it_knows()
    {
        var (server, backend) = await StartAsync();
        server.Fault = async (context, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted);

            return true;
        };

        Assert.Equal(
            "It is not known whether the change was made. Upstash did not answer within 5 seconds. Call listAgents to see, or repeat it: that is safe.",
            await backend.RefusalAsync("other"));
        Assert.Equal(["weather"], await backend.NamesAsync());

        server.Fault = null;

        Assert.Equal(HealthStatus.Healthy, (await RecoveredAsync(backend)).Health);
    }

    [Fact]
    public async Task Says_that_Upstash_can_not_be_reached()
    {
        var server = await _backends.UpstashServerAsync(await _backends.ServerAsync());
        var backend = await _backends.UpstashAsync(server, settings: $"--UPSTASH_REDIS_REST_URL={FreePort.Url()}");

        Assert.StartsWith(
            "Nothing was changed. Upstash can't be reached. Check that it runs, and what UPSTASH_REDIS_REST_URL says",
            await backend.RefusalAsync(),
            StringComparison.Ordinal);
        Assert.Equal((HealthStatus.Degraded, null), (backend.State.Health, backend.State.Age));
    }

    [Fact]
    public async Task Does_not_send_back_what_fits_into_no_header()
    {
        var (server, backend) = await StartAsync();
        server.SyncToken = "\u00e9";

        Assert.True((await backend.AddAsync("one")).Added);
        Assert.True((await backend.AddAsync("two")).Added);
    }

    [Fact]
    public async Task Asks_once_for_many_reads_and_never_by_itself()
    {
        var (server, backend) = await StartAsync();
        var requests = server.Requests;

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => backend.NamesAsync()));

        Assert.Equal(requests, server.Requests);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => backend.RefreshAsync(CancellationToken).AsTask()));

        Assert.InRange(server.Requests - requests, 1, 5);
    }

    [Fact]
    public async Task Takes_the_names_that_Vercel_gives_the_settings()
    {
        var server = await _backends.UpstashServerAsync(await _backends.ServerAsync());
        var backend = await _backends.UpstashAsync(
            server,
            settings:
            [
                "--UPSTASH_REDIS_REST_URL=", "--UPSTASH_REDIS_REST_TOKEN=",
                $"--KV_REST_API_URL={server.Url}", $"--KV_REST_API_TOKEN={UpstashServer.Token}",
            ]);

        Assert.True((await backend.AddAsync()).Added);
    }

    private static void DropOnce(UpstashServer server) => server.Fault = async (context, run) =>
    {
        server.Fault = null;
        await run();
        context.Abort();

        return true;
    };

    private static async Task<bool> AnswerAsync(HttpContext context, int status, string type, string body, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(body, CancellationToken);

        return true;
    }

    /// <summary>The backend learns that Upstash is back only when it is asked for something.</summary>
    private static async Task<BackendState> RecoveredAsync(IConnectionBackend backend)
    {
        await Wait.UntilAsync(async () =>
        {
            await backend.RefreshAsync(CancellationToken);

            return backend.State.Health is HealthStatus.Healthy;
        });

        return backend.State;
    }

    /// <summary>A backend that knows one server.</summary>
    private async Task<(UpstashServer Server, IConnectionBackend Backend)> StartAsync(RedisServer? redis = null)
    {
        var server = await _backends.UpstashServerAsync(redis ?? await _backends.ServerAsync());
        var backend = await _backends.UpstashAsync(server);
        await backend.AddAsync();
        await backend.RefreshAsync(CancellationToken);

        return (server, backend);
    }
}
