using System.Net;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>Agents of a real LangGraph server that stop to ask, and go on when they are answered.</summary>
public sealed class LangGraphResumeTests(RealAgentServers servers) : IAsyncLifetime
{
    private HttpClient _direct = null!;
    private Proxy _proxy = null!;
    private McpClient _client = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        _direct = new() { BaseAddress = server.Url };
        _proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url}");
        _client = await _proxy.CreateClientAsync();
    }

    [Theory]
    [InlineData("generate", false)]
    [InlineData("generate", true)]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    public async Task Passes_on_what_an_agent_asks_and_takes_the_answer(string how, bool hasThread)
    {
        var given = hasThread ? Guid.NewGuid().ToString() : null;

        var question = await AskAsync("asking", how, given);
        var fields = question.StructuredContent!.Value;
        var threadId = fields.Get("threadId").GetString()!;
        var answer = await ResumeAsync("asking", how, threadId, "yes");

        Assert.True(fields.Get("success").GetBoolean());
        Assert.Equal("May I?", fields.Get("interrupt", 0, "value").GetString());
        Assert.Equal(
            $"The agent stopped and waits for an answer to this: May I?\n\nTo answer, call it again with threadId {threadId} and the answer as resume.",
            question.Text());
        Assert.Equal(given ?? threadId, threadId);
        Assert.Equal("approved: yes", answer.Text());
        Assert.False(answer.StructuredContent!.Value.TryGetProperty("interrupt", out _));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Passes_on_every_question_of_an_agent_that_asks_several(string how)
    {
        var fields = (await AskAsync("askingTwice", how)).StructuredContent!.Value;
        var answers = fields.Get("interrupt").EnumerateArray()
            .ToDictionary(question => question.Get("id").GetString()!, question => $"{question.Get("value").GetString()} Yes.");

        var answer = await ResumeAsync("askingTwice", "generate", fields.Get("threadId").GetString()!, answers);

        Assert.Equal("right: May I go right? Yes.", answer.Text());
        using var state = await _direct.GetAsync($"threads/{fields.Get("threadId").GetString()}/state", CancellationToken);
        Assert.Contains("left: May I go left? Yes.", await state.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_an_agent_stopped_where_it_was_told_to_and_lets_it_go_on()
    {
        var stopped = await _client.CallAsync("callAgent", new
        {
            targetAgentId = "server0:echo",
            interactionType = "generate",
            messages = new[] { new { role = "user", content = "hello" } },
            agentOptions = new { interrupt_before = "*" },
        });

        Assert.StartsWith("The agent stopped before its next step, as it was told to.", stopped.Text(), StringComparison.Ordinal);
        Assert.Equal("echo 1: hello", (await ResumeAsync("echo", "generate", stopped.StructuredContent!.Value.Get("threadId").GetString()!, true)).Text());
    }

    [Fact]
    public async Task Resumes_nothing_without_a_thread()
        => Assert.Equal(
            "Only a thread on server 'server0' can be resumed. Call again with the threadId that came with the question.",
            (await _client.CallAsync("callAgent", new { targetAgentId = "server0:asking", interactionType = "generate", resume = "yes" })).Text());

    [Fact]
    public async Task Resumes_nothing_on_a_thread_that_is_not_there()
    {
        var threadId = Guid.NewGuid().ToString();

        var refused = await ResumeAsync("asking", "generate", threadId, "yes");

        Assert.True(refused.IsError);
        Assert.StartsWith($"Thread {threadId} on server 'server0' is not there, or still at work on another call.", refused.Text(), StringComparison.Ordinal);
        using var thread = await _direct.GetAsync($"threads/{threadId}", CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, thread.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _proxy.DisposeAsync();
        _direct.Dispose();
    }

    private Task<CallToolResult> AskAsync(string agentId, string how, string? threadId = null)
        => _client.CallAsync(
            "callAgent",
            new { targetAgentId = $"server0:{agentId}", interactionType = how, messages = new[] { new { role = "user", content = "go" } }, threadId });

    private Task<CallToolResult> ResumeAsync(string agentId, string how, string threadId, object resume)
        => _client.CallAsync("callAgent", new { targetAgentId = $"server0:{agentId}", interactionType = how, threadId, resume });
}
