using System.Net;
using System.Text.Json;
using ModelContextProtocol;

namespace McpProxy.Tests.Mcp.Tasks;

/// <summary>Runs as clients see them that know the protocol's tasks extension.</summary>
public sealed class AgentTaskTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string TenWords = "one two three four five six seven eight nine ten";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_in_the_background_is_a_task_with_the_result_of_the_call()
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint);
        await using var client = await fixture.Proxy.CreateClientAsync();

        var begun = await tasks.CallAsync("server0:slowAgent", "count");
        var id = begun.Get("taskId").GetString()!;
        var working = await tasks.GetAsync(id);
        var done = await tasks.EndAsync(id);

        Assert.Equal(("task", "working"), (begun.Get("resultType").GetString(), begun.Get("status").GetString()));
        Assert.Equal(("complete", "working"), (working.Get("resultType").GetString(), working.Get("status").GetString()));
        Assert.InRange(working.Get("ttlMs").GetInt64(), 3_600_000, 3_700_000);
        Assert.True(working.Get("pollIntervalMs").GetInt32() > 0);
        Assert.Equal(begun.Get("createdAt").GetDateTime(), done.Get("createdAt").GetDateTime());
        Assert.True(done.Get("lastUpdatedAt").GetDateTime() > done.Get("createdAt").GetDateTime());
        Assert.Equal("completed", done.Get("status").GetString());
        Assert.Equal(TenWords, done.Get("result", "content", 0, "text").GetString()!.Trim());
        Assert.Equal("server0:slowAgent", done.Get("result", "structuredContent", "fullyQualifiedId").GetString());
        Assert.True(done.Get("result", "structuredContent", "success").GetBoolean());
        Assert.Equal(TenWords, (await client.CallAsync("getAgentRun", new { runId = id })).Text().Trim());
    }

    [Fact]
    public async Task Says_what_the_agent_has_said_so_far()
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint);
        var id = (await tasks.CallAsync("server1:slowAgent", "count")).Get("taskId").GetString()!;

        await Wait.UntilAsync(async () => await tasks.GetAsync(id) is var task
            && task.TryGetProperty("statusMessage", out var message)
            && message.GetString()!.StartsWith("one two", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_takes_long_becomes_a_task_and_one_that_does_not_is_none()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_REQUEST_LIMIT_SECONDS=1");
        using var tasks = new TaskClient(proxy.Endpoint);

        var begun = await tasks.CallAsync("server0:slowAgent", "count", background: false);
        var quick = await tasks.CallAsync("server0:echoAgent", "hi", background: false);

        Assert.Equal("task", begun.Get("resultType").GetString());
        Assert.Equal(TenWords, (await tasks.EndAsync(begun.Get("taskId").GetString()!)).Get("result", "content", 0, "text").GetString()!.Trim());
        Assert.Equal(("complete", "echo: hi"), (quick.Get("resultType").GetString(), quick.Get("content", 0, "text").GetString()));
    }

    [Fact]
    public async Task Cancelling_a_task_stops_the_agent()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}");
        using var tasks = new TaskClient(proxy.Endpoint);
        var id = (await tasks.CallAsync("server0:hang", "go")).Get("taskId").GetString()!;

        var acknowledged = await tasks.AskAsync("tasks/cancel", id);
        var again = await tasks.AskAsync("tasks/cancel", id);

        Assert.Equal("""{"resultType":"complete"}""", Bare(acknowledged));
        Assert.Equal("""{"resultType":"complete"}""", Bare(again));
        Assert.Equal("cancelled", (await tasks.EndAsync(id)).Get("status").GetString());
        await Wait.UntilAsync(() => server.Requests.Any(request => request is { IsCall: true, IsAborted: true }));
    }

    [Fact]
    public async Task An_agent_that_fails_is_a_result_that_says_so()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}", "MCP_RUN_TIMEOUT_SECONDS=2");
        using var tasks = new TaskClient(proxy.Endpoint);

        var id = (await tasks.CallAsync("server0:hang", "go")).Get("taskId").GetString()!;
        var done = await tasks.EndAsync(id);

        Assert.Equal("completed", done.Get("status").GetString());
        Assert.True(done.Get("result", "isError").GetBoolean());
        Assert.StartsWith("Agent server 'server0' did not finish within 2 s", done.Get("result", "content", 0, "text").GetString(), StringComparison.Ordinal);
        Assert.Equal("timed_out", done.Get("result", "structuredContent", "error", "kind").GetString());
    }

    [Theory]
    [InlineData("server0:approvalAgent", true, "done: delete it")]
    [InlineData("server0:approvalAgent", false, "left undone: delete it")]
    [InlineData("server1:approvalAgent", "yes", "done: delete it")]
    public async Task A_task_asks_and_goes_on_with_the_answer_once(string agent, object answer, string expected)
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint);
        var (id, key) = await AskedAsync(tasks, agent);

        await tasks.AnswerAsync(id, "no such question", new { action = "accept", content = new { answer } });
        var waiting = await tasks.GetAsync(id);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => tasks.AnswerAsync(id, key, new { action = "accept", content = new { answer } })));
        var done = await tasks.EndAsync(id);
        await tasks.AnswerAsync(id, key, new { action = "accept", content = new { answer } });

        Assert.Equal("input_required", waiting.Get("status").GetString());
        Assert.Equal(("completed", id), (done.Get("status").GetString(), done.Get("taskId").GetString()));
        Assert.Equal(expected, done.Get("result", "content", 0, "text").GetString());
        Assert.Equal(waiting.Get("createdAt").GetDateTime(), done.Get("createdAt").GetDateTime());
        Assert.Equal(expected, (await tasks.GetAsync(id)).Get("result", "content", 0, "text").GetString());
    }

    [Theory]
    [InlineData("decline", "completed")]
    [InlineData("cancel", "completed")]
    [InlineData(null, "cancelled")]
    public async Task A_task_whose_question_nobody_answers_ends(string? action, string status)
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint);
        await using var client = await fixture.Proxy.CreateClientAsync();
        var (id, key) = await AskedAsync(tasks, "server1:approvalAgent");
        var threadId = (await client.FieldsAsync("getAgentRun", new { runId = id })).Get("threadId").GetString();

        await (action is null ? tasks.AskAsync("tasks/cancel", id) : tasks.AnswerAsync(id, key, new { action }));
        var done = await tasks.GetAsync(id);
        var answer = await client.CallAsync("callAgent", new { targetAgentId = "server1:approvalAgent", threadId, resume = "yes" });

        Assert.Equal(status, done.Get("status").GetString());
        Assert.Equal("done: delete it", answer.Text());
    }

    [Fact]
    public async Task A_client_that_can_ask_nobody_gets_the_question_as_a_result()
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint, canAsk: false);
        var id = (await tasks.CallAsync("server1:approvalAgent", "delete it")).Get("taskId").GetString()!;

        var done = await tasks.EndAsync(id);

        Assert.Equal("completed", done.Get("status").GetString());
        Assert.StartsWith("The agent stopped and waits for an answer to this", done.Get("result", "content", 0, "text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/update")]
    [InlineData("tasks/cancel")]
    public async Task Others_have_no_tasks(string method)
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint);
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };
        var id = (await tasks.CallAsync("server0:slowAgent", "count")).Get("taskId").GetString()!;

        using var response = await http.SendAsync(McpRequest.OfModern(method, new { taskId = id }), CancellationToken);
        var undeclared = await http.AskAsync(McpRequest.OfModern(method, new { taskId = id }));
        var older = await http.AskAsync(McpRequest.Legacy(method, new { taskId = id }, id: 1));
        var unknown = await tasks.SendAsync(method, "run_nothing");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal((int)McpErrorCode.MissingRequiredClientCapability, undeclared.Get("error", "code").GetInt32());
        Assert.True(undeclared.Get("error", "data", "requiredCapabilities", "extensions").TryGetProperty(TaskClient.Extension, out _));
        Assert.Equal((int)McpErrorCode.MethodNotFound, older.Get("error", "code").GetInt32());
        Assert.Equal((int)McpErrorCode.InvalidParams, unknown.Get("error", "code").GetInt32());
        Assert.StartsWith("There is no run 'run_nothing'", unknown.Get("error", "message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_is_there_for_its_caller_alone()
    {
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}", "MCP_API_KEY__ann__Key=ann", "MCP_API_KEY__bob__Key=bob");
        using var ann = new TaskClient(proxy.Endpoint, key: "ann");
        using var bob = new TaskClient(proxy.Endpoint, key: "bob");
        var (id, key) = await AskedAsync(ann, "server1:approvalAgent");

        foreach (var method in new[] { "tasks/get", "tasks/update", "tasks/cancel" })
        {
            Assert.Equal((int)McpErrorCode.InvalidParams, (await bob.SendAsync(method, id)).Get("error", "code").GetInt32());
        }

        await ann.AnswerAsync(id, key, new { action = "accept", content = new { answer = "yes" } });
        Assert.Equal("done: delete it", (await ann.EndAsync(id)).Get("result", "content", 0, "text").GetString());
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_is_refused_and_may_be_given_again()
    {
        using var tasks = new TaskClient(fixture.Proxy.Endpoint);
        var (id, key) = await AskedAsync(tasks, "server0:approvalAgent");

        object[] unfit = ["yes", new { action = 1 }, new { action = "accept" }, new { action = "accept", content = new { answer = "yes" } }];
        foreach (var wrong in unfit)
        {
            var refused = await tasks.SendAsync("tasks/update", id, new Dictionary<string, object> { [key] = wrong });
            Assert.Equal((int)McpErrorCode.InvalidParams, refused.Get("error", "code").GetInt32());
        }

        await tasks.AnswerAsync(id, key, new { action = "accept", content = new { answer = true } });
        Assert.Equal("done: delete it", (await tasks.EndAsync(id)).Get("result", "content", 0, "text").GetString());
    }

    /// <returns>A task whose agent has asked something, and the name of that.</returns>
    private static async Task<(string Id, string Key)> AskedAsync(TaskClient tasks, string agent)
    {
        var id = (await tasks.CallAsync(agent, "delete it")).Get("taskId").GetString()!;
        var asked = await tasks.EndAsync(id);
        Assert.Equal("input_required", asked.Get("status").GetString());
        var question = Assert.Single(asked.Get("inputRequests").EnumerateObject());
        Assert.Equal("elicitation/create", question.Value.Get("method").GetString());

        return (id, question.Name);
    }

    private static string Bare(JsonElement result)
    {
        var members = System.Text.Json.Nodes.JsonObject.Create(result)!;
        members.Remove("_meta");

        return members.ToJsonString();
    }
}
