using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Interop;

/// <summary>What becomes of a run of a real LangGraph server when its connections break.</summary>
public sealed class LangGraphConnectionTests(RealAgentServers servers) : IAsyncDisposable
{
    private const string Answer = "one two three four five six seven eight nine ten";

    private readonly Stack<IAsyncDisposable> _started = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("generate", false)]
    [InlineData("generate", true)]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    public async Task Goes_on_behind_the_last_word_when_a_connection_ends_in_the_middle(string how, bool properly)
    {
        var (relay, client) = await ConnectAsync(Cuts.After("\"three \"", properly));

        var result = await client.AskAsync("server0:slow", "go", how);

        Assert.Equal(Answer, result.Text());
        AssertRanOnce(relay.TakeRequests());
        if (how is "stream")
        {
            Assert.Equal(10, result.StructuredContent!.Value.Get("responseData", "summary", "totalChunks").GetInt32());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Does_not_take_an_intermediate_state_for_the_answer(bool properly)
    {
        var (relay, client) = await ConnectAsync(Cuts.After("\"human\"", properly));

        Assert.Equal(Answer, (await client.AskAsync("server0:slow", "go")).Text());
        AssertRanOnce(relay.TakeRequests());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waits_for_an_agent_that_says_nothing_for_longer_than_something_keeps_idle_connections(bool properly)
    {
        var (relay, client) = await ConnectAsync(Cuts.WhenIdle(TimeSpan.FromMilliseconds(700), properly));

        Assert.Equal("forty-two", (await client.AskAsync("server0:pondering", "go")).Text());
        var requests = relay.TakeRequests();
        AssertRanOnce(requests);
        var joins = requests.Count(request => request.StartsWith("GET", StringComparison.Ordinal) && request.EndsWith("/stream", StringComparison.Ordinal));
        Assert.True(joins > 3);
    }

    [Fact]
    public async Task Finds_a_run_whose_server_was_cut_off_before_it_could_say_where_it_is()
    {
        var isCut = false;
        var (relay, client) = await ConnectAsync(async (context, body) =>
        {
            if (!isCut && HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value!.EndsWith("/runs/stream", StringComparison.Ordinal))
            {
                isCut = true;
                context.Abort();

                return;
            }

            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });

        Assert.Equal(Answer, (await client.AskAsync("server0:slow", "go", "stream")).Text());
        AssertRanOnce(relay.TakeRequests());
    }

    [Fact]
    public async Task Gives_a_server_up_that_can_not_be_reached_again_and_tells_what_had_arrived()
    {
        Relay? relay = null;
        (relay, var client) = await ConnectAsync(Cuts.After("\"three \"", properly: false, () => relay!.IsDown = true));

        var result = await client.AskAsync("server0:slow", "go");

        Assert.True(result.IsError);
        Assert.StartsWith(
            "Agent 'slow' on server 'server0' broke off, and could not be reached again. Agent server 'server0' broke off before it answered.",
            result.Text(),
            StringComparison.Ordinal);
        Assert.Contains("\n\nThis had arrived before:\none two", result.Text(), StringComparison.Ordinal);
        AssertRanOnce(relay.TakeRequests());
    }

    [Fact]
    public async Task Options_can_not_change_what_reading_a_run_relies_on()
    {
        var (relay, client) = await ConnectAsync(Cuts.After("\"three \"", properly: false));

        var result = await client.CallAsync("callAgent", new
        {
            targetAgentId = "server0:slow",
            interactionType = "stream",
            messages = new[] { new { role = "user", content = "go" } },
            agentOptions = new
            {
                stream_mode = "updates",
                stream_resumable = false,
                on_disconnect = "cancel",
                if_not_exists = "reject",
                metadata = new { of = "test" },
            },
        });

        Assert.Equal(Answer, result.Text());
        AssertRanOnce(relay.TakeRequests());
    }

    [Fact]
    public async Task A_call_costs_two_requests_and_deletes_the_thread_it_made()
    {
        var (relay, client) = await ConnectAsync((context, body) => body.CopyToAsync(context.Response.Body, context.RequestAborted));
        var threadId = Guid.NewGuid();

        await client.AskAsync("server0:echo", "to find out what kind of server it is");
        relay.TakeRequests();
        await client.AskAsync("server0:echo", "hello");
        var withoutThread = relay.TakeRequests();
        await client.CallAsync(
            "callAgent",
            new { targetAgentId = "server0:echo", interactionType = "stream", messages = new[] { new { role = "user", content = "hello" } }, threadId });
        var withThread = relay.TakeRequests();

        Assert.Collection(
            withoutThread,
            run => Assert.Matches("^POST /threads/[0-9a-f-]{36}/runs/stream$", run),
            look => Assert.Matches("^GET /threads/[0-9a-f-]{36}/runs/[0-9a-f-]{36}$", look),
            delete => Assert.Matches("^DELETE /threads/[0-9a-f-]{36}$", delete));
        Assert.Collection(
            withThread,
            run => Assert.Equal($"POST /threads/{threadId}/runs/stream", run),
            look => Assert.StartsWith($"GET /threads/{threadId}/runs/", look, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _started)
        {
            await started.DisposeAsync();
        }
    }

    private static void AssertRanOnce(IEnumerable<string> requests)
        => Assert.Single(
            requests,
            request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/runs/stream", StringComparison.Ordinal));

    private async Task<(Relay Relay, McpClient Client)> ConnectAsync(Func<HttpContext, Stream, Task> passOn)
    {
        var relay = await Relay.StartAsync((await servers.GetAsync(RealServer.LangGraph, CancellationToken)).Url, passOn, CancellationToken);
        _started.Push(relay);
        var proxy = await Proxy.StartAsync($"AGENT_SERVERS=langgraph+{relay.Url}", "MASTRA_CLIENT_RETRIES=0");
        _started.Push(proxy);
        var client = await proxy.CreateClientAsync();
        _started.Push(client);

        return (relay, client);
    }
}
