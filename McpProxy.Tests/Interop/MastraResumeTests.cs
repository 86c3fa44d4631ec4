using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>Agents of a real Mastra server that stop to ask, for leave or for something else, and go on when they are answered.</summary>
public sealed class MastraResumeTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData("generate", true)]
    [InlineData("stream", false)]
    public async Task A_call_of_a_tool_is_allowed_or_not(string interactionType, bool resume)
    {
        var client = await ConnectAsync(RealServer.Mastra1);

        var question = await client.AskAsync("server0:waitingAgent", "Paris", interactionType);
        var threadId = Assert.NotNull(question.StructuredContent).Get("threadId").GetString();
        var answer = await ResumeAsync(resume);
        var again = await ResumeAsync(resume);

        Assert.Equal(
            "The agent stopped and waits to be allowed to call 'alarmTool' with {\"city\":\"Paris\"}.\n\n"
            + $"To answer, call it again with threadId {threadId} and resume true or false.",
            question.Text());
        Assert.Equal("alarmTool", question.StructuredContent!.Value.Get("interrupt", "toolName").GetString());
        Assert.Equal("It rings.", answer.Text());
        Assert.False(answer.StructuredContent!.Value.TryGetProperty("interrupt", out _));
        Assert.False(answer.StructuredContent.Value.TryGetProperty("threadId", out _));
        Assert.StartsWith("What waited for an answer on server 'server0' is not there any more", again.Text(), StringComparison.Ordinal);

        async Task<CallToolResult> ResumeAsync(bool resume)
            => await client.CallAsync("callAgent", new { targetAgentId = "server0:waitingAgent", threadId, resume, interactionType });
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task A_tool_that_asks_gets_its_answer_on_a_thread_that_goes_on(string interactionType)
    {
        var client = await ConnectAsync(RealServer.Mastra1);
        var thread = Guid.NewGuid().ToString();

        var question = await client.CallAsync(
            "callAgent", new { targetAgentId = "server0:askingAgent", message = "Paris", threadId = thread, interactionType });
        var threadId = Assert.NotNull(question.StructuredContent).Get("threadId").GetString()!;
        var answer = await client.CallAsync(
            "callAgent", new { targetAgentId = "server0:askingAgent", threadId, resume = new { tune = "bells" }, interactionType });

        Assert.StartsWith("The agent stopped and waits for an answer to this: {\"question\":\"Which tune?\"}", question.Text(), StringComparison.Ordinal);
        Assert.StartsWith($"{thread}#", threadId, StringComparison.Ordinal);
        Assert.Equal("It rings.", answer.Text());
        Assert.Equal(thread, answer.StructuredContent!.Value.Get("threadId").GetString());
    }

    [Fact]
    public async Task A_user_fills_in_the_form_that_the_tool_asks_for()
    {
        var user = new AskedUser(("accept", new { tune = "bells" }));
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={(await StartAsync(RealServer.Mastra1)).Url}");
        await using var client = await user.ConnectAsync(proxy.Endpoint);

        var answer = await client.CallAsync("callAgent", new { targetAgentId = "server0:askingAgent", message = "Paris", threadId = "new" });

        Assert.StartsWith("It rings.", ((TextContentBlock)answer.Content[0]).Text, StringComparison.Ordinal);
        var form = Assert.Single(user.Asked);
        Assert.Equal("Agent 'server0:askingAgent' asks: {\"question\":\"Which tune?\"}", form.Message);
        Assert.Equal(["tune"], form.RequestedSchema!.Properties.Keys);
        Assert.Equal(["tune"], form.RequestedSchema.Required);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a thread")]
    public async Task Nothing_is_sent_where_nothing_was_asked(string? threadId)
    {
        var client = await ConnectAsync(RealServer.Mastra1);

        Assert.Equal(
            "Only what an agent on server 'server0' has asked can be answered. Call again with the threadId that came with the question.",
            (await client.CallAsync("callAgent", new { targetAgentId = "server0:waitingAgent", threadId, resume = true })).Text());
    }
}
