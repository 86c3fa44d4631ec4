using ModelContextProtocol.Client;

namespace McpProxy.Tests.Limits;

/// <summary>What the proxy refuses to hold in memory while it goes on serving everybody else.</summary>
public sealed class MemoryTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private GreedyAgentServer _agents = null!;

    public async ValueTask InitializeAsync() => _agents = await GreedyAgentServer.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _agents.DisposeAsync();

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task An_answer_for_which_there_is_no_room_is_cut_off_and_a_small_one_gets_through(string interactionType)
    {
        await using var proxy = await StartAsync("MCP_ANSWER_MEMORY_BYTES=1000000");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:big", "Hello", interactionType);

        Assert.True(result.IsError);
        Assert.StartsWith(
            "The answer of agent server 'server0' was cut off: the proxy has no room for more answers now. What was asked may have happened. "
            + "Ask for less, or again later; MCP_ANSWER_MEMORY_BYTES sets how much room there is.",
            result.Text(),
            StringComparison.Ordinal);
        Assert.Equal("well", (await client.AskAsync("server0:small", "Hello", interactionType)).Text());
    }

    [Fact]
    public async Task The_room_of_an_answer_is_free_again_when_its_client_has_it()
    {
        await using var proxy = await StartAsync("MCP_ANSWER_MEMORY_BYTES=12000000");
        await using var client = await proxy.CreateClientAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(GreedyAgentServer.BigLength, (await client.AskAsync("server0:big", "Hello")).Text().TrimStart().Length);
        }
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_answer_is_cut_off_and_its_room_is_free_again()
    {
        await using var proxy = await StartAsync("MCP_ANSWER_MEMORY_BYTES=12000000", "MCP_MIN_READ_BYTES_PER_SECOND=1000000000");
        await using var client = await proxy.CreateClientAsync();
        var silent = new List<RawConnection>();
        await Wait.UntilAsync(
            async () =>
            {
                // Either client may get the room. If the reading one got it, another silent one tries.
                silent.Add(await RawConnection.OpenAsync(proxy.Url));
                await silent[^1].SendAsync(RawConnection.Call("server0:big"));

                return (await client.AskAsync("server0:big", "Hello")).IsError is true;
            },
            _patience);
        Assert.Equal("well", (await client.AskAsync("server0:small", "Hello")).Text());
        await Wait.UntilAsync(async () => (await client.AskAsync("server0:big", "Hello")).IsError is not true, _patience);
        silent.ForEach(connection => connection.Dispose());
    }

    [Theory]
    [InlineData("many", "lists more than 10000 agents, which is more than the proxy takes.")]
    [InlineData("endless", "lists more than 10000 agents, which is more than the proxy takes.")]
    [InlineData("wide", "lists more than 10485760 bytes of agents, which is more than the proxy takes.")]
    public async Task A_list_without_an_end_is_refused(string server, string sentence)
    {
        await using var proxy = await StartAsync("MCP_DISCOVERY_TIMEOUT_SECONDS=60");
        await using var client = await proxy.CreateClientAsync();

        var refusal = await client.FailureAsync("connectServer", new { serverUrl = _agents.Url(server) });
        Assert.True(refusal.Contains(sentence, StringComparison.Ordinal), refusal);
        Assert.Equal("well", (await client.AskAsync("server0:small", "Hello")).Text());
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(100, 2)]
    public async Task A_list_is_remembered_if_there_is_room_for_it(int bytes, int expected)
    {
        await using var proxy = await StartAsync($"MCP_LIST_MEMORY_BYTES={bytes}");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal("well", (await client.AskAsync("small", "Hello")).Text());
        Assert.Equal("well", (await client.AskAsync("small", "Hello")).Text());

        Assert.Equal(expected, _agents.Requests.Count(path => path == "/mastra/api/agents"));
    }

    [Fact]
    public async Task A_background_run_whose_answer_finds_no_room_says_so_and_a_small_one_is_kept()
    {
        await using var proxy = await StartAsync("MCP_RUN_MEMORY_BYTES=1000000");
        await using var client = await proxy.CreateClientAsync();

        var big = await EndOfRunAsync(client, "server0:big");
        var small = await EndOfRunAsync(client, "server0:small");

        Assert.StartsWith("The agent has answered, but the answer could not be kept", big, StringComparison.Ordinal);
        Assert.Equal("well", small);
    }

    [Fact]
    public async Task A_background_run_is_not_begun_when_there_is_no_room_for_it()
    {
        await using var proxy = await StartAsync("MCP_RUN_MEMORY_BYTES=1000");
        await using var client = await proxy.CreateClientAsync();

        var refusal = await client.FailureAsync("callAgent", Background("server0:small"));

        Assert.Equal("0 background runs are remembered here, and there is no room for more. Call the agent without background, or try again later.", refusal);
        Assert.DoesNotContain(_agents.Requests, path => path.Contains("/small/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_for_which_there_is_no_room_are_refused_until_there_is_and_small_ones_are_served()
    {
        await using var proxy = await StartAsync("MCP_REQUEST_MEMORY_BYTES=300000", "MCP_REQUEST_IDLE_SECONDS=600");
        await using var client = await proxy.CreateClientAsync();
        var large = RawConnection.Post($$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"filler":"{{{new string('x', 200_000)}}}"}}""");
        var half = await RawConnection.OpenAsync(proxy.Url);
        await half.SendAsync(large[..^1000]);

        await Wait.UntilAsync(async () => (await SendAsync(large)).Contains("MCP_REQUEST_MEMORY_BYTES", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 503", await SendAsync(large), StringComparison.Ordinal);
        Assert.Equal("well", (await client.AskAsync("server0:small", "Hello")).Text());

        half.Dispose();
        await Wait.UntilAsync(async () => (await SendAsync(large)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal));

        async Task<string> SendAsync(string request)
        {
            using var connection = await RawConnection.OpenAsync(proxy.Url);
            await connection.SendAsync(request);

            return await connection.ReadToAsync("jsonrpc");
        }
    }

    private static object Background(string agentId)
        => new { targetAgentId = agentId, interactionType = "generate", messages = new[] { new { role = "user", content = "Hello" } }, background = true };

    private static async Task<string> EndOfRunAsync(McpClient client, string agentId)
    {
        var runId = (await client.FieldsAsync("callAgent", Background(agentId))).Get("runId").GetString();
        var text = "";
        await Wait.UntilAsync(
            async () =>
            {
                var run = await client.CallAsync("getAgentRun", new { runId });
                text = run.Text();

                return run.StructuredContent!.Value.Get("status").GetString() is not "running"
                    && !text.Contains("The proxy has no room", StringComparison.Ordinal);
            },
            _patience);

        return text;
    }

    private Task<Proxy> StartAsync(params string[] settings) => Proxy.StartAsync([$"AGENT_SERVERS={_agents.Url("mastra")}", .. settings]);
}
