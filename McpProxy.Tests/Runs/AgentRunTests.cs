using ModelContextProtocol.Client;

namespace McpProxy.Tests.Runs;

/// <summary>Calls that go on without their client.</summary>
public sealed class AgentRunTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string TenWords = "one two three four five six seven eight nine ten";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("server0:slowAgent", "generate")]
    [InlineData("server0:slowAgent", "stream")]
    [InlineData("server1:slowAgent", "generate")]
    [InlineData("server1:slowAgent", "stream")]
    public async Task Returns_a_handle_at_once_and_the_answer_when_it_is_there(string agentId, string interactionType)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var begun = await client.FieldsAsync("callAgent", Call(agentId, interactionType));
        var runId = begun.Get("runId").GetString();
        var running = await client.FieldsAsync("getAgentRun", new { runId, waitSeconds = 0 });
        var result = await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        Assert.Matches("^run_[A-Za-z0-9_-]{22}$", runId);
        Assert.Contains($"getAgentRun with runId {runId}", begun.Get("responseData", "text").GetString(), StringComparison.Ordinal);
        Assert.Equal("running", running.Get("status").GetString());
        Assert.Equal(TenWords, result.Text().Trim());
        var fields = Assert.NotNull(result.StructuredContent);
        Assert.Equal("completed", fields.Get("status").GetString());
        Assert.Equal(agentId, fields.Get("fullyQualifiedId").GetString());
        Assert.Equal(TenWords, fields.Get("responseData", "text").GetString()!.Trim());
        Assert.Equal(interactionType is "stream", fields.Get("responseData").TryGetProperty("summary", out _));
        Assert.True(fields.Get("endedAt").GetDateTime() > fields.Get("startedAt").GetDateTime());
    }

    [Fact]
    public async Task Gives_the_same_answer_as_often_as_it_is_asked_for()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();
        var runId = await BeginAsync(client, "server0:echoAgent");

        var first = await client.FieldsAsync("getAgentRun", new { runId });
        var second = await client.FieldsAsync("getAgentRun", new { runId });
        var cancelled = await client.FieldsAsync("cancelAgentRun", new { runId });

        Assert.Equal("completed", first.Get("status").GetString());
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(first.GetRawText(), cancelled.GetRawText());
    }

    [Fact]
    public async Task Calls_the_agent_once_however_often_it_is_asked_for()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}");
        await using var client = await proxy.CreateClientAsync();

        var runId = await BeginAsync(client, "server0:echo");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.FieldsAsync("getAgentRun", new { runId })));

        Assert.Single(server.Requests, request => request.IsCall);
    }

    [Fact]
    public async Task Shows_what_the_agent_has_said_so_far()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();
        var runId = await BeginAsync(client, "server0:slowAgent", "stream");

        await Wait.UntilAsync(
            async () => (await client.CallAsync("getAgentRun", new { runId, waitSeconds = 0 })).Text().Contains("two", StringComparison.Ordinal));
        var running = await client.FieldsAsync("getAgentRun", new { runId, waitSeconds = 0 });

        Assert.Equal("running", running.Get("status").GetString());
        Assert.StartsWith("one two", running.Get("textSoFar").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancels_the_agents_work()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}");
        await using var client = await proxy.CreateClientAsync();
        var runId = await BeginAsync(client, "server0:hang");

        var cancelled = await client.CallAsync("cancelAgentRun", new { runId });

        Assert.Equal("The run was cancelled.", cancelled.Text());
        Assert.Equal("cancelled", cancelled.StructuredContent!.Value.Get("status").GetString());
        Assert.Equal("cancelled", (await client.FieldsAsync("getAgentRun", new { runId })).Get("status").GetString());
        await Wait.UntilAsync(() => server.Requests.Any(request => request is { IsCall: true, IsAborted: true }));
    }

    [Fact]
    public async Task Goes_on_when_the_client_that_began_it_has_left()
    {
        string runId;
        await using (var leaving = await fixture.Proxy.CreateClientAsync())
        {
            runId = await BeginAsync(leaving, "server0:slowAgent");
        }

        await using var client = await fixture.Proxy.CreateClientAsync("2025-06-18");
        Assert.Equal(TenWords, (await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 })).Text().Trim());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task A_call_that_its_client_would_give_up_becomes_a_run(string interactionType)
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}", "MCP_REQUEST_LIMIT_SECONDS=1");
        await using var client = await proxy.CreateClientAsync();

        foreach (var agentId in new[] { "server0:slowAgent", "server1:slowAgent" })
        {
            var begun = await client.FieldsAsync("callAgent", Call(agentId, interactionType, background: false));
            var result = await client.CallAsync("getAgentRun", new { runId = begun.Get("runId").GetString(), waitSeconds = 50 });

            Assert.Equal(TenWords, result.Text().Trim());
        }

        var quick = await client.FieldsAsync("callAgent", Call("server0:echoAgent", interactionType, background: false));
        Assert.False(quick.TryGetProperty("runId", out _));
    }

    [Theory]
    [InlineData("MCP_REQUEST_LIMIT_SECONDS=1", false)]
    [InlineData("MCP_MAX_REQUEST_SECONDS=2", true)]
    public async Task A_call_with_progress_becomes_a_run_only_where_its_request_would_be_cut(string limit, bool becomesRun)
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", limit);
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:slowAgent", "count", progress: new Hearing());

        Assert.Equal(becomesRun, Assert.NotNull(result.StructuredContent).TryGetProperty("runId", out var runId));
        Assert.Equal(TenWords, (becomesRun
            ? await client.CallAsync("getAgentRun", new { runId = runId.GetString(), waitSeconds = 50 })
            : result).Text().Trim());
    }

    [Fact]
    public async Task A_run_may_take_longer_than_a_call_but_not_for_ever()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS={fixture.MastraUrl} {server.Url(HostileAgentServer.Friendly)}", "MCP_CALL_TIMEOUT_SECONDS=1", "MCP_RUN_TIMEOUT_SECONDS=4");
        await using var client = await proxy.CreateClientAsync();

        var longer = await BeginAsync(client, "server0:slowAgent");
        var endless = await BeginAsync(client, "server1:hang");

        Assert.Equal(TenWords, (await client.CallAsync("getAgentRun", new { runId = longer, waitSeconds = 50 })).Text().Trim());
        Assert.Equal(
            "Agent server 'server1' did not finish within 4 s. The agent may still have done its work; MCP_RUN_TIMEOUT_SECONDS sets how long the proxy waits.",
            await client.FailureAsync("getAgentRun", new { runId = endless, waitSeconds = 50 }));
    }

    [Fact]
    public async Task Says_at_once_that_a_call_failed_to_begin()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}");
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("callAgent", Call("server0:error500json", "generate"));

        Assert.StartsWith("Agent 'error500json' on server 'server0' failed", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_an_answer_that_was_cut_off_and_what_had_arrived()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}", "MCP_MAX_RESPONSE_BYTES=100000");
        await using var client = await proxy.CreateClientAsync();
        var runId = await BeginAsync(client, "server0:huge", "stream");

        var result = await client.CallAsync("getAgentRun", new { runId, waitSeconds = 50 });

        Assert.True(result.IsError);
        Assert.StartsWith("Agent server 'server0' answered with more than 100000 bytes, which was cut off.", result.Text(), StringComparison.Ordinal);
        Assert.Contains("This had arrived before:\nmore and more", result.Text(), StringComparison.Ordinal);
        Assert.Equal("failed", result.StructuredContent!.Value.Get("status").GetString());
    }

    [Theory]
    [InlineData("getAgentRun")]
    [InlineData("cancelAgentRun")]
    public async Task Says_that_there_is_no_such_run(string tool)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var failure = await client.FailureAsync(tool, new { runId = "run_\u202Enothing" });

        Assert.Equal(
            "There is no run 'run_nothing' (any more). A run can be asked for until 60 minutes after its last change; MCP_RUN_EXPIRY_SECONDS sets that.",
            failure);
    }

    private static async Task<string> BeginAsync(McpClient client, string agentId, string interactionType = "generate")
        => (await client.FieldsAsync("callAgent", Call(agentId, interactionType))).Get("runId").GetString()!;

    private static object Call(string agentId, string interactionType, bool background = true)
        => new { targetAgentId = agentId, interactionType, messages = new[] { new { role = "user", content = "count" } }, background };
}
