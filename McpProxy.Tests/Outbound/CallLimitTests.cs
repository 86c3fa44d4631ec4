using System.Globalization;
using McpProxy.SampleAgentServer;

namespace McpProxy.Tests.Outbound;

/// <summary>Every wait has an end, and says which setting moves it.</summary>
public sealed class CallLimitTests : IAsyncLifetime
{
    private HostileAgentServer _server = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await HostileAgentServer.StartAsync(CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_server_that_does_not_begin_to_answer_is_given_up()
    {
        await using var proxy = await StartAsync("MCP_FIRST_BYTE_TIMEOUT_SECONDS=1");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal(
            "Agent server 'server0' did not begin to answer within 1 s. The agent may still have done its work; "
            + "MCP_FIRST_BYTE_TIMEOUT_SECONDS sets how long the proxy waits.",
            (await client.AskAsync("server0:hang", "go")).Text());
        Assert.Single(_server.Requests, request => request.Path.Contains("/hang/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_of_its_answer_is_given_up_and_what_had_arrived_is_told()
    {
        await using var proxy = await StartAsync("MCP_IDLE_TIMEOUT_SECONDS=1");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:silent", "go", "stream");

        Assert.True(result.IsError);
        Assert.Equal(
            "Agent server 'server0' stopped in the middle of its answer and sent nothing for 1 s. The agent may still have done its work; "
            + "MCP_IDLE_TIMEOUT_SECONDS sets how long the proxy waits.\n\nThis had arrived before:\nwell, ",
            result.Text());
    }

    [Fact]
    public async Task A_slow_answer_is_not_a_silent_one()
    {
        await using var agents = SampleApp.Build(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await agents.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={agents.Urls.Single()}/mastra", "MCP_IDLE_TIMEOUT_SECONDS=1");
        await using var client = await proxy.CreateClientAsync();

        // It takes two seconds in all, with a word every fifth of a second.
        Assert.Equal("one two three four five six seven eight nine ten", (await client.AskAsync("slowAgent", "go", "stream")).Text().Trim());
    }

    [Fact]
    public async Task An_answer_in_too_many_pieces_is_cut_off()
    {
        await using var proxy = await StartAsync("MCP_MAX_CHUNKS=3");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:huge", "go", "stream");

        Assert.True(result.IsError);
        Assert.StartsWith(
            "The answer came in more than 3 pieces, and was cut off. Ask for less, or raise MCP_MAX_CHUNKS.", result.Text(), StringComparison.Ordinal);
        Assert.Equal(3, result.StructuredContent!.Value.Get("responseData", "summary", "totalChunks").GetInt32());
    }

    [Theory]
    [InlineData("MCP_MAX_CALLS_PER_SERVER", "Agent server 'server0'")]
    [InlineData("MCP_MAX_CALLS", "The proxy")]
    public async Task More_calls_than_may_run_and_wait_are_refused(string setting, string who)
    {
        await using var proxy = await StartAsync($"{setting}=2", "MCP_CALL_TIMEOUT_SECONDS=5");
        await using var client = await proxy.CreateClientAsync();
        await client.AskAsync("server0:echo", "warm up");

        var calls = Enumerable.Range(0, 6).Select(_ => client.AskAsync("server0:hang", "go")).ToList();
        var refused = await await Task.WhenAny(calls);
        var running = _server.Requests.Count(request => request.Path.Contains("/hang/", StringComparison.Ordinal));
        var results = await Task.WhenAll(calls);

        Assert.Equal($"{who} already has 2 calls running and as many waiting. Try again when some have ended.", refused.Text());
        Assert.Equal(2, results.Count(result => result.Text() == refused.Text()));
        Assert.InRange(running, 1, 2);
        Assert.Equal("well", (await client.AskAsync("server0:echo", "room again")).Text());
    }

    [Fact]
    public async Task A_server_that_keeps_failing_is_left_alone_and_tried_again()
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS=mastra+http://127.0.0.1:{port}/mastra {_server.Url(HostileAgentServer.Friendly)}",
            "MCP_CIRCUIT_FAILURES=5", "MCP_CIRCUIT_BREAK_SECONDS=1", "MASTRA_CLIENT_RETRIES=0", "MASTRA_DISCOVERY_RETRIES=0", "MCP_AGENT_CACHE_SECONDS=0");
        await using var client = await proxy.CreateClientAsync();

        var failures = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            failures.Add((await client.AskAsync("server0:echoAgent", "go")).Text());
        }

        Assert.All(failures[..5], failure => Assert.Contains("could not be reached", failure, StringComparison.Ordinal));
        Assert.Equal("Agent server 'server0' failed too often lately, so it was not asked. Check that it is running; it is asked again in 1 s.", failures[5]);
        Assert.Equal("well", (await client.AskAsync("server1:echo", "the others?")).Text());

        await using var agents = SampleApp.Build([$"--urls=http://127.0.0.1:{port}", "--Logging:LogLevel:Default=None"]);
        await agents.StartAsync(CancellationToken);
        await Wait.UntilAsync(async () => (await client.AskAsync("server0:echoAgent", "back")).Text() is "echo: back");
    }

    [Fact]
    public async Task A_server_whose_calls_time_out_is_left_alone()
    {
        await using var proxy = await StartAsync("MCP_CIRCUIT_FAILURES=2", "MCP_FIRST_BYTE_TIMEOUT_SECONDS=1", "MCP_CIRCUIT_BREAK_SECONDS=600");
        await using var client = await proxy.CreateClientAsync();

        var failures = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.AskAsync("server0:hang", "go")));
        var after = await client.AskAsync("server0:echo", "go");

        Assert.All(failures, failure => Assert.True(failure.IsError));
        Assert.StartsWith("Agent server 'server0' failed too often lately, so it was not asked.", after.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Requests, request => request.Path.Contains("/echo/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_agent_gets_wrong_is_not_held_against_its_server()
    {
        await using var proxy = await StartAsync("MCP_CIRCUIT_FAILURES=2");
        await using var client = await proxy.CreateClientAsync();

        for (var i = 0; i < 8; i++)
        {
            Assert.Contains("failed", (await client.AskAsync("server0:error500json", "go")).Text(), StringComparison.Ordinal);
        }

        Assert.Equal("well", (await client.AskAsync("server0:echo", "go")).Text());
    }

    private Task<Proxy> StartAsync(params string[] settings)
        => Proxy.StartAsync([$"AGENT_SERVERS=mastra+{_server.Url(HostileAgentServer.Friendly)}", .. settings]);
}
