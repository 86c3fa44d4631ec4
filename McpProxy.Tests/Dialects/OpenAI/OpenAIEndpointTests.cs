namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>What servers have and take is found out once, and nothing is sent twice that may have begun.</summary>
public sealed class OpenAIEndpointTests(ScriptedServers servers) : IClassFixture<ScriptedServers>
{
    private const string Answer = """{"id":"resp_1","status":"completed","output":[{"type":"message","content":"well"}]}""";
    private const string Chat = """{"choices":[{"index":0,"message":{"content":"well"},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData(404, """{"detail":"Not Found"}""")]
    [InlineData(404, """{"error":{"message":"Unknown request URL: POST /v1/responses.","type":"invalid_request_error","code":"unknown_url"}}""")]
    [InlineData(405, "{}")]
    [InlineData(501, "{}")]
    public async Task Goes_on_with_Chat_Completions_where_there_are_no_Responses(int status, string body)
    {
        var server = await servers.ConnectAsync((about, _) => about switch
        {
            "POST v1/responses" => (status, body),
            "POST v1/chat/completions" => (200, Chat),
            _ => null,
        });
        var call = new { targetAgentId = $"{server}:echo", message = "hi", threadId = "mine" };

        var first = await servers.Client.CallAsync("callAgent", call);
        await servers.Client.CallAsync("callAgent", call);

        Assert.Equal("well", first.Text());
        var sent = """v1/chat/completions {"model":"echo","messages":[{"role":"user","content":"hi"}],"user":"mine"}""";
        Assert.Equal(["""v1/responses {"model":"echo","input":"hi","conversation":"mine"}""", sent, sent], servers.PostsTo(server));
        var details = (await servers.Client.FieldsAsync("describeAgent", new { agentId = $"{server}:echo" })).Get("agentDetails");
        Assert.StartsWith("Chat Completions: the server keeps no conversations", details.Get("calledWith").GetString(), StringComparison.Ordinal);
        Assert.Equal("tests", details.Get("owned_by").GetString());
    }

    [Theory]
    [InlineData(404, """{"error":{"message":"No.","code":"model_not_found"}}""", "has no agent 'echo'")]
    [InlineData(404, """{"error":{"message":"Entity not found: echo"}}""", "has no agent 'echo'")]
    [InlineData(400, """{"error":{"message":"No.","code":"agent_not_found"}}""", "has no agent 'echo'")]
    [InlineData(404, """{"error":{"message":"Conversation with id 'mine' not found."}}""", "There is no thread 'mine'")]
    [InlineData(400, """{"error":{"message":"No.","code":"previous_response_not_found"}}""", "There is no thread 'mine'")]
    [InlineData(400, """{"error":{"message":"It is too long.","code":null}}""", "refused the request (400): It is too long")]
    [InlineData(500, """{"type":"about:blank","title":"server_error","detail":"It is out of order.","status":500}""", "failed (500): It is out of order")]
    [InlineData(429, """{"error":{"message":"Slow down."}}""", "has too much to do (429): Slow down")]
    public async Task Sends_nothing_again_that_was_refused_for_another_reason(int status, string body, string expected)
    {
        var server = await servers.ConnectAsync((about, _) => about is "POST v1/responses" ? (status, body) : null);

        var failure = await servers.Client.FailureAsync("callAgent", new { targetAgentId = $"{server}:echo", message = "hi", threadId = "mine" });

        Assert.Contains(expected, failure, StringComparison.Ordinal);
        Assert.Single(servers.PostsTo(server));
    }

    [Fact]
    public async Task Says_that_there_is_neither_of_the_two()
    {
        var server = await servers.ConnectAsync((_, _) => null);

        Assert.Contains("has neither Responses nor Chat Completions", (await servers.Client.AskAsync($"{server}:echo", "hi")).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_no_more_what_a_stream_cost_where_that_is_refused()
    {
        var server = await servers.ConnectAsync((about, body) => about is not "POST v1/chat/completions" ? null
            : body.Contains("stream_options", StringComparison.Ordinal) ? (400, """{"error":{"message":"Unknown parameter: 'stream_options'."}}""")
            : (200, """data: {"choices":[{"delta":{"content":"well"},"finish_reason":"stop"}]}""" + "\n\n"));

        Assert.Equal("well", (await servers.Client.AskAsync($"{server}:echo", "hi", "stream")).Text());
        Assert.Equal("well", (await servers.Client.AskAsync($"{server}:echo", "hi", "stream")).Text());

        Assert.Equal(4, servers.PostsTo(server).Count);
    }

    [Fact]
    public async Task Runs_nothing_in_the_background_where_that_is_refused()
    {
        var server = await servers.ConnectAsync((about, body) => about is not "POST v1/responses" ? null
            : body.Contains("background", StringComparison.Ordinal) ? (400, """{"error":{"message":"Unknown parameter: 'background'."}}""")
            : (200, Answer));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var call = new { targetAgentId = $"{server}:echo", message = "hi", background = true };
            var runId = (await servers.Client.FieldsAsync("callAgent", call)).Get("runId").GetString();
            Assert.Equal("well", (await servers.Client.CallAsync("getAgentRun", new { runId, waitSeconds = 20 })).Text());
        }

        Assert.Equal(3, servers.PostsTo(server).Count);
    }

    [Fact]
    public async Task Takes_the_agents_that_are_named_where_none_are_listed()
    {
        var single = await servers.ConnectAsync(
            (about, _) => about switch { "GET v1/models" => (404, "{}"), "POST v1/responses" => (200, Answer), _ => null }, agents: ["mine"]);

        Assert.Equal("well", (await servers.Client.AskAsync($"{single}:mine", "hi")).Text());
        Assert.Equal("mine", (await servers.Client.FieldsAsync("describeAgent", new { agentId = $"{single}:mine" })).Get("agentDetails", "id").GetString());
        Assert.Contains(
            "lists neither models nor entities",
            await servers.Client.FailureAsync("connectServer", new { serverUrl = servers.Url("nothing"), serverType = "openai" }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"other"}""")]
    [InlineData("""{"agent_id":"other"}""")]
    [InlineData("""{"agent":{"type":"agent_reference","name":"other"}}""")]
    public async Task Lets_no_option_name_another_agent(string options)
    {
        var server = await servers.ConnectAsync((_, _) => null);
        var agentOptions = System.Text.Json.JsonElement.Parse(options);

        var failure = await servers.Client.FailureAsync("callAgent", new { targetAgentId = $"{server}:echo", message = "hi", agentOptions });

        Assert.StartsWith("Nothing was sent: agentOptions must not name another agent than 'echo'", failure, StringComparison.Ordinal);
        Assert.Empty(servers.PostsTo(server));
    }
}
