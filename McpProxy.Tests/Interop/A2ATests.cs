using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>The official A2A server in each form that it speaks: JSON-RPC and HTTP alone, 1.0 and 0.3, and without streams.</summary>
public sealed class A2ATests(A2AFixture fixture) : IClassFixture<A2AFixture>
{
    private const string TenWords = "one two three four five six seven eight nine ten";

    public static TheoryData<string> Forms => [.. A2AFixture.Forms];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Answers_with_text_and_data_and_names_files(string form)
    {
        foreach (var interactionType in new[] { "generate", "stream" })
        {
            var result = await AskAsync(form, "mediaAgent", "go", interactionType);

            // The older HTTP binding has no place for the name of a file.
            Assert.Equal($"Look up.\n\nFile: {(form is "old-rest" ? "" : "sky.png ")}(image/png) at http://127.0.0.1:9/sky.png", result.Text());
            var data = result.StructuredContent!.Value.Get("responseData");
            Assert.Equal(21, data.Get("data", 0, "celsius").GetInt32());
            Assert.Equal("http://127.0.0.1:9/sky.png", data.Get("files", 0, "url").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Goes_on_with_the_conversation_that_the_server_began(string form)
    {
        var first = await fixture.Client.CallAsync("callAgent", new { targetAgentId = $"{form}:memoryAgent", message = "one", threadId = "new" });
        var second = await fixture.Client.CallAsync(
            "callAgent", new { targetAgentId = $"{form}:memoryAgent", message = "two", threadId = ThreadOf(first) });

        Assert.Equal("seen 2 user messages, last: two", second.Text());
        Assert.Equal(ThreadOf(first), ThreadOf(second));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Asks_until_all_is_answered(string form)
    {
        var first = await AskAsync(form, "askingAgent", "book");
        var second = await ResumeAsync(form, "askingAgent", first, "Paris");
        var last = await ResumeAsync(form, "askingAgent", second, new { day = 3 }, "stream");

        Assert.Equal(
            "The agent stopped and waits for an answer to this: Which city?\n{\"choices\":[\"Paris\",\"Rome\"]}\n\n"
            + $"To answer, call it again with threadId {ThreadOf(first)} and the answer as resume.",
            first.Text());
        Assert.Equal(
            """[{"text":"Which city?"},{"data":{"choices":["Paris","Rome"]}}]""", first.StructuredContent!.Value.Get("interrupt").GetRawText());
        Assert.Contains("Which day, for text Paris?", second.Text(), StringComparison.Ordinal);
        Assert.Equal("booked: data {\"day\":3}", last.Text());
        Assert.Equal(ThreadOf(first)!.Split('#')[0], ThreadOf(last));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Waits_for_a_sign_in_elsewhere_and_gives_the_answer_after_it(string form)
    {
        var waiting = await AskAsync(form, "signInAgent", "go");

        Assert.StartsWith(
            "The agent waits until someone has signed in, or has allowed it, elsewhere: Sign in at https://example.com/in",
            waiting.Text(),
            StringComparison.Ordinal);
        var answer = "";
        await Wait.UntilAsync(async () => (answer = (await ResumeAsync(form, "signInAgent", waiting, true)).Text()) is "signed in");
        Assert.Equal("signed in", answer);
    }

    [Theory]
    [InlineData("rpc", "messageAgent", "heard: hi")]
    [InlineData("old-rest", "messageAgent", "heard: hi")]
    [InlineData("plain", "messageAgent", "heard: hi")]
    [InlineData("rpc", "replacingAgent", "the final text")]
    [InlineData("rest", "replacingAgent", "the final text")]
    [InlineData("plain", "replacingAgent", "the final text")]
    [InlineData("old-rpc", "wordlessAgent", "done without artifacts")]
    [InlineData("plain", "wordlessAgent", "done without artifacts")]
    public async Task Answers_as_its_agents_do(string form, string agent, string expected)
    {
        Assert.Equal(expected, (await AskAsync(form, agent, "hi")).Text());
        Assert.Equal(expected, (await AskAsync(form, agent, "hi", "stream")).Text());
    }

    [Theory]
    [InlineData("rpc", "rejectingAgent", "Agent 'rejectingAgent' on server 'rpc' declined: not my business. Ask for something else.")]
    [InlineData("rest", "failAgent", "Agent 'failAgent' on server 'rest' failed: the agent is out of order. ")]
    [InlineData("old-rest", "muteFailAgent", "Agent 'muteFailAgent' on server 'old-rest' failed without saying why. ")]
    [InlineData("old-rpc", "throwingAgent", "Agent 'throwingAgent' on server 'old-rpc' failed: Agent execution error: the agent threw. ")]
    [InlineData("plain", "throwingAgent", "Agent 'throwingAgent' on server 'plain' failed: Agent execution error: the agent threw. ")]
    public async Task Says_why_there_is_no_answer(string form, string agent, string expected)
    {
        var failure = await AskAsync(form, agent, "hi");

        Assert.True(failure.IsError);
        Assert.StartsWith(expected, failure.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Gives_an_answer_in_the_background_and_stops_when_it_is_cancelled(string form)
    {
        var cancelled = fixture.Server.WaitForOutputAsync($"on 'stop {form}'");
        var answered = await BeginAsync(form, "go");
        var stopped = await BeginAsync(form, $"stop {form}");

        Assert.Equal("cancelled", (await fixture.Client.FieldsAsync("cancelAgentRun", new { runId = stopped })).Get("status").GetString());
        Assert.Equal(TenWords, (await fixture.Client.CallAsync("getAgentRun", new { runId = answered, waitSeconds = 50 })).Text());
        await cancelled;
    }

    [Theory]
    [InlineData("rpc")]
    [InlineData("old-rest")]
    public async Task Stops_an_agent_whose_client_leaves(string form)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var cancelled = fixture.Server.WaitForOutputAsync("slowAgent was cancelled after");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?> { ["targetAgentId"] = $"{form}:slowAgent", ["message"] = $"leave {form}" },
            new Hearing(_ => leaving.Cancel()),
            cancellationToken: leaving.Token));

        await cancelled;
    }

    [Fact]
    public async Task Says_that_a_task_which_nobody_knows_waits_for_nothing()
    {
        var failure = await fixture.Client.CallAsync("callAgent", new { targetAgentId = "rpc:askingAgent", threadId = "context#task", resume = "yes" });
        var noTask = await fixture.Client.CallAsync("callAgent", new { targetAgentId = "rpc:askingAgent", threadId = "context", resume = "yes" });

        Assert.StartsWith("What waited for an answer on thread 'context#task' is not there any more", failure.Text(), StringComparison.Ordinal);
        Assert.StartsWith("Only what an agent on server 'rpc' has asked can be answered.", noTask.Text(), StringComparison.Ordinal);
    }

    private async Task<string> BeginAsync(string form, string message) => (await fixture.Client.FieldsAsync(
        "callAgent", new { targetAgentId = $"{form}:slowAgent", message, background = true })).Get("runId").GetString()!;

    private Task<CallToolResult> AskAsync(string form, string agent, string message, string interactionType = "generate")
        => fixture.Client.AskAsync($"{form}:{agent}", message, interactionType);

    private Task<CallToolResult> ResumeAsync(string form, string agent, CallToolResult asked, object resume, string interactionType = "generate")
        => fixture.Client.CallAsync("callAgent", new { targetAgentId = $"{form}:{agent}", threadId = ThreadOf(asked), resume, interactionType });

    private static string? ThreadOf(CallToolResult result) => result.StructuredContent!.Value.Get("threadId").GetString();
}

/// <summary>A proxy to which each form is a server of its own, by the name of its path.</summary>
public sealed class A2AFixture(RealAgentServers servers) : IAsyncLifetime
{
    private Proxy? _proxy;

    public static IReadOnlyList<string> Forms { get; } = ["rpc", "rest", "old-rpc", "old-rest", "plain"];

    public McpClient Client { get; private set; } = null!;

    public RealAgentServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        const string Agents =
            "messageAgent memoryAgent mediaAgent slowAgent replacingAgent wordlessAgent askingAgent signInAgent rejectingAgent failAgent muteFailAgent "
            + "throwingAgent";
        Server = await servers.GetAsync(RealServer.A2A, TestContext.Current.CancellationToken);
        _proxy = await Proxy.StartAsync([
            $"AGENT_SERVERS={string.Join(' ', Forms.Select(form => $"{form}=a2a+{Server.Url}{form}"))}",
            .. Forms.Select(form => $"AGENT_SERVER_AGENTS:{form}={Agents}"),
        ]);
        Client = await _proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await Client.DisposeAsync();
            await _proxy.DisposeAsync();
        }
    }
}
