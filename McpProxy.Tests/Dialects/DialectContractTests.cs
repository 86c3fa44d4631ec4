using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Dialects;

/// <summary>
/// What every dialect promises, with the agents of the sample agent server and with those of the hostile one. A new dialect gets its routes there,
/// derives from this and is done when it is green.
/// </summary>
/// <param name="serverType">The dialect's name.</param>
/// <param name="hostile">How <see cref="HostileAgentServer"/> speaks it: which of its routes answer with JSON, and which with server-sent events.</param>
/// <param name="fixture">The agents, and who calls them.</param>
public abstract class DialectContractTests(string serverType, HostileDialect hostile, DialectFixture fixture) : IAsyncLifetime
{
    private const string Counted = "one two three four five six seven eight nine ten";

    private const string NoSuchAgent =
        "Agent server 'agents' has no agent 'nobody'. It has 'echoAgent', 'weatherAgent', 'slowAgent', 'memoryAgent', 'relayAgent', 'approvalAgent'.";

    /// <summary>What the proxy says of an answer that it does not understand.</summary>
    private const string NotUnderstood = "not the expected JSON|does not answer as ";

    /// <summary>How a server may misbehave when an agent is called, and what the proxy says then, as a regular expression.</summary>
    private static readonly Dictionary<string, string> _behaviours = new()
    {
        ["hang"] = "did not finish within 2 s",
        ["trickle"] = "did not finish within 2 s",
        ["silent"] = "did not finish within 2 s",
        ["huge"] = "answered with more than 2000000 bytes",
        ["reset"] = "broke off",
        ["html"] = NotUnderstood,
        ["deep"] = NotUnderstood,
        ["half"] = NotUnderstood,
        ["text"] = NotUnderstood,
        ["halfway"] = NotUnderstood,
        ["array"] = NotUnderstood,
        ["redirect"] = @"redirects elsewhere \(302\), which is not followed",
        ["error401"] = @"asks for valid credentials \(401\)",
        ["error500"] = @"failed \(500\)\. Its own log says more\.",
        ["error500json"] = @"Wrong password=\*\*\* for https://\*\*\*@db\.",
    };

    public static TheoryData<string, string> Calls
        => [.. _behaviours.Keys.SelectMany(behaviour => new[] { (behaviour, "generate"), (behaviour, "stream") })];

    public static TheoryData<string> Behaviours => [.. _behaviours.Keys];

    /// <summary>In some dialects an empty array is how a server says that it has no agents.</summary>
    public static TheoryData<string> Servers => [.. _behaviours.Keys.Except(["array"])];

    public async ValueTask InitializeAsync() => await fixture.StartAsync(serverType, hostile);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);

        return ValueTask.CompletedTask;
    }

    /// <summary>Whether servers of this type say what an answer cost.</summary>
    protected virtual bool TellsUsage => true;

    /// <summary>Whether servers of this type begin a conversation with each call that names none.</summary>
    protected virtual bool KeepsEveryThread => false;

    /// <summary>Below the URL of the sample agents: where it is found out which type of server that is.</summary>
    protected virtual string PathToFindOut => "";

    [Fact]
    public async Task Lists_the_agents_of_a_server()
    {
        var server = (await fixture.Client.FieldsAsync("listAgents")).Get("serverAgents", 0);

        Assert.Equal(("online", serverType), (server.Get("status").GetString(), server.Get("serverType").GetString()));
        Assert.Equal(
            ["echoAgent", "weatherAgent", "slowAgent", "memoryAgent", "relayAgent", "approvalAgent"],
            server.Get("agents").EnumerateArray().Select(agent => agent.Get("id").GetString()));
        Assert.Equal("Repeats what it is told.", server.Get("agents", 0, "description").GetString());
    }

    [Fact]
    public async Task Is_found_out_where_no_type_is_declared()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.AgentsUrl}{PathToFindOut}");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal(serverType, (await client.FieldsAsync("listAgents")).Get("serverAgents", 0, "serverType").GetString());
    }

    [Fact]
    public async Task Describes_an_agent()
    {
        var fields = await fixture.Client.FieldsAsync("describeAgent", new { agentId = "agents:weatherAgent" });

        Assert.Equal(serverType, fields.Get("serverType").GetString());
        var id = fields.Get("agentDetails").EnumerateObject().First();
        Assert.Equal(("id", "weatherAgent"), (id.Name, id.Value.GetString()));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Answers_with_the_agents_words_and_what_they_cost(string interactionType)
    {
        var result = await fixture.Client.AskAsync("agents:echoAgent", "hello", interactionType);

        Assert.Equal("echo: hello", result.Text());
        var fields = Assert.NotNull(result.StructuredContent);
        Assert.Equal(serverType, fields.Get("serverType").GetString());
        Assert.True(!TellsUsage || fields.Get("usage", "totalTokens").GetInt32() > 0);
        Assert.Equal(KeepsEveryThread, fields.TryGetProperty("threadId", out _));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Tells_what_the_agent_says_while_it_says_it(string interactionType)
    {
        var heard = new Hearing();

        var result = await fixture.Client.AskAsync("agents:slowAgent", "count", interactionType, heard);

        Assert.Equal(Counted, result.Text().Trim());
        Assert.True(heard.Values.Count >= 5, $"The ten words came in {heard.Values.Count} pieces.");

        // A client may miss progress that comes right before the answer.
        Assert.StartsWith(heard.Words, result.Text() + " ", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Ends_the_run_when_the_client_leaves(string interactionType)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        fixture.Log.Clear();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?> { ["targetAgentId"] = "agents:slowAgent", ["message"] = "count to 1000", ["interactionType"] = interactionType },
            new Hearing(_ => leaving.Cancel()),
            cancellationToken: leaving.Token));

        await Wait.UntilAsync(() => fixture.Log.Everything.Contains("slowAgent stopped: nobody waits for it any more.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Goes_on_with_a_thread()
    {
        var first = await fixture.Client.CallAsync("callAgent", new { targetAgentId = "agents:memoryAgent", message = "one", threadId = "new" });
        var second = await GoOnAsync(first, "two", "stream");
        var third = await GoOnAsync(second, "three", "generate");

        Assert.Equal(
            ["seen 1 user messages, last: one", $"This began the conversation {ThreadOf(first)}. To continue it, pass that as threadId."],
            first.Content.OfType<TextContentBlock>().Select(block => block.Text));
        Assert.Equal("seen 2 user messages, last: two", second.Text());
        Assert.Equal("seen 3 user messages, last: three", third.Text());

        Task<CallToolResult> GoOnAsync(CallToolResult before, string message, string interactionType) => fixture.Client.CallAsync(
            "callAgent", new { targetAgentId = "agents:memoryAgent", message, threadId = ThreadOf(before), interactionType });
    }

    [Theory]
    [InlineData("generate", true, "done: deploy")]
    [InlineData("stream", true, "done: deploy")]
    [InlineData("generate", false, "left undone: deploy")]
    public async Task Stops_to_ask_and_goes_on_with_the_answer(string interactionType, bool resume, string expected)
    {
        var asked = await fixture.Client.AskAsync("agents:approvalAgent", "deploy", interactionType);

        Assert.NotEqual(true, asked.IsError);
        Assert.Contains("May I do this: deploy", asked.Text(), StringComparison.Ordinal);
        Assert.Contains("May I do this: deploy", $"{Assert.NotNull(asked.StructuredContent).Get("interrupt")}", StringComparison.Ordinal);
        var threadId = ThreadOf(asked);
        var answered = await fixture.Client.CallAsync("callAgent", new { targetAgentId = "agents:approvalAgent", threadId, resume, interactionType });
        Assert.Equal(expected, answered.Text());
        Assert.False(Assert.NotNull(answered.StructuredContent).TryGetProperty("interrupt", out _));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Asks_the_user_where_the_client_can(string interactionType)
    {
        var user = new AskedUser();
        await using var client = await user.ConnectAsync(fixture.Proxy.Endpoint);

        var answer = await client.AskAsync("agents:approvalAgent", "deploy", interactionType);

        Assert.Equal("done: deploy", answer.Text());
        Assert.Contains("May I do this: deploy", Assert.Single(user.Asked).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_there_is_no_such_agent_and_which_there_are()
    {
        Assert.Equal(NoSuchAgent, await fixture.Client.FailureAsync("describeAgent", new { agentId = "agents:nobody" }));
        Assert.Equal(NoSuchAgent, (await fixture.Client.AskAsync("agents:nobody", "hello")).Text());
        Assert.Equal(NoSuchAgent, (await fixture.Client.AskAsync("agents:nobody", "hello", "stream")).Text());
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Calls_an_agent_once_and_says_what_went_wrong(string behaviour, string interactionType)
    {
        var before = Count();

        var result = await fixture.HostileClient.AskAsync($"hostile:{behaviour}", "Do something that must not happen twice.", interactionType);

        Assert.True(result.IsError);
        Assert.Matches(_behaviours[behaviour], result.Text());
        Assert.Equal(before + 1, Count());
        HostileBehaviours.AssertNoLeak(JsonSerializer.Serialize(result, McpJsonUtilities.DefaultOptions), fixture.HostileProxy);

        // The agent is named in the path, or in the body, as the dialect has it.
        int Count() => fixture.Hostile.Requests.Count(request => request.Method is "POST"
            && ($"{request.Path}/".Contains($"/{behaviour}/", StringComparison.Ordinal)
                || request.Body.Contains($"\"{behaviour}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Does_not_take_an_answer_that_says_nothing_for_an_empty_one(string interactionType)
        => Assert.Matches($"{NotUnderstood}|The agent ended", (await fixture.HostileClient.AskAsync("hostile:empty", "Hello", interactionType)).Text());

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Sends_agent_options_as_members_of_the_body(string interactionType)
    {
        var result = await fixture.HostileClient.CallAsync(
            "callAgent", new { targetAgentId = "hostile:echo", message = "Hello", interactionType, agentOptions = new { marker = new[] { interactionType } } });

        Assert.Equal("well", result.Text());
        Assert.Single(fixture.Hostile.Requests, request => request.Body.Contains($"\"marker\":[\"{interactionType}\"]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaves_out_agents_whose_ids_can_not_be_used()
    {
        var serverUrl = fixture.Hostile.Url(hostile.Route + HostileAgentServer.Unusable);

        var fields = await fixture.HostileClient.FieldsAsync("connectServer", new { serverUrl, serverName = "odd", serverType });

        Assert.Equal(["odd:echo"], fields.Get("agentList").EnumerateArray().Select(agent => agent.Get("fullyQualifiedId").GetString()));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("array")]
    public async Task Is_not_found_out_by_an_empty_list(string behaviour)
    {
        var failure = await fixture.HostileClient.FailureAsync("connectServer", new { serverUrl = fixture.Hostile.Url(behaviour) });

        Assert.StartsWith("Not connected. ", failure, StringComparison.Ordinal);
        Assert.Contains("answers, but not as a", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task May_have_no_agents_but_only_where_its_type_is_declared_and_servers_list_them()
    {
        var serverUrl = fixture.Hostile.Url(hostile.Route + HostileAgentServer.Empty);

        var failure = await fixture.HostileClient.FailureAsync("connectServer", new { serverUrl });
        var declared = await fixture.HostileClient.CallAsync("connectServer", new { serverUrl, serverType });

        Assert.Contains("answers, but not as a", failure, StringComparison.Ordinal);
        Assert.Equal(!hostile.Lists, declared.IsError is true);
        Assert.True(!hostile.Lists || declared.StructuredContent?.Get("agentsFound").GetInt32() is 0);
    }

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task Describes_no_agent_that_can_not_be_read(string behaviour)
    {
        var failure = await fixture.HostileClient.FailureAsync("describeAgent", new { agentId = $"hostile:{behaviour}" });

        Assert.Matches(Reading(behaviour), failure);
        HostileBehaviours.AssertNoLeak(failure, fixture.HostileProxy);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Connects_no_server_that_misbehaves(string behaviour)
    {
        var failure = await fixture.HostileClient.FailureAsync("connectServer", new { serverUrl = fixture.Hostile.Url(behaviour), serverType });

        Assert.StartsWith($"Not connected as '{serverType}'. ", failure, StringComparison.Ordinal);
        Assert.Matches(Reading(behaviour), failure);
        HostileBehaviours.AssertNoLeak(failure, fixture.HostileProxy);
    }

    /// <returns>What is said when no agent is called. The beginning of a huge answer may already show that it is not the one asked for.</returns>
    private static string Reading(string behaviour)
        => behaviour is "huge" ? $"{_behaviours[behaviour]}|{NotUnderstood}" : _behaviours[behaviour].Replace("finish", "answer", StringComparison.Ordinal);

    private static string? ThreadOf(CallToolResult result) => Assert.NotNull(result.StructuredContent).Get("threadId").GetString();
}
