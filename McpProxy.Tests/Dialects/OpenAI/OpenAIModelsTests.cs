using McpProxy.SampleAgentServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>The sample agents where they are models, as on servers that know Responses alone.</summary>
public sealed class OpenAIModelsTests : IAsyncLifetime
{
    private readonly LogRecorder _log = new();
    private readonly WebApplication _agents = SampleApp.Build(["--urls=http://127.0.0.1:0", "--Logging:Console:LogLevel:Default=None"]);
    private Proxy _proxy = null!;
    private McpClient _client = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Url => $"{_agents.Urls.Single()}/openai/v1";

    public async ValueTask InitializeAsync()
    {
        _agents.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        await _agents.StartAsync(CancellationToken);
        _proxy = await Proxy.StartAsync($"AGENT_SERVERS=agents={Url}");
        _client = await _proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _proxy.DisposeAsync();
        await _agents.DisposeAsync();
    }

    [Fact]
    public async Task Lists_describes_and_calls_the_agents()
    {
        var server = (await _client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        var details = (await _client.FieldsAsync("describeAgent", new { agentId = "agents:weatherAgent" })).Get("agentDetails");
        var whole = await _client.AskAsync("agents:weatherAgent", "Paris");
        var streamed = await _client.AskAsync("agents:weatherAgent", "Paris", "stream");

        Assert.Equal(("openai", 6), (server.Get("serverType").GetString(), server.Get("agents").GetArrayLength()));
        Assert.Equal("sample", details.Get("owned_by").GetString());
        Assert.StartsWith("Agent server 'agents' has no agent 'nobody'.", (await _client.AskAsync("agents:nobody", "hi")).Text(), StringComparison.Ordinal);
        foreach (var fields in new[] { whole, streamed }.Select(result => result.StructuredContent!.Value))
        {
            Assert.Equal("weatherTool", fields.Get("toolCalls", 0, "name").GetString());
            Assert.Equal("completed", fields.Get("finishReason").GetString());
            Assert.True(fields.Get("usage", "totalTokens").GetInt32() > 0);
            Assert.StartsWith("resp_", fields.Get("threadId").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Goes_on_from_the_last_response_and_answers_what_an_agent_waits_for()
    {
        var first = await _client.CallAsync("callAgent", new { targetAgentId = "agents:memoryAgent", message = "one", threadId = "new" });
        var second = await _client.CallAsync("callAgent", new { targetAgentId = "agents:memoryAgent", message = "two", threadId = ThreadOf(first) });
        Assert.Equal("seen 2 user messages, last: two", second.Text());
        Assert.NotEqual(ThreadOf(first), ThreadOf(second));

        var asked = await _client.AskAsync("agents:approvalAgent", "deploy", "stream");
        var answered = await _client.CallAsync(
            "callAgent", new { targetAgentId = "agents:approvalAgent", threadId = ThreadOf(asked), resume = new { approve = false, reason = "Not now." } });
        Assert.Equal("left undone: deploy", answered.Text());
        Assert.DoesNotContain("#", ThreadOf(answered), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ends_a_run_that_nobody_waits_for(bool background)
    {
        var call = new { targetAgentId = "agents:slowAgent", message = "count to 1000", background };
        if (background)
        {
            var runId = (await _client.FieldsAsync("callAgent", call)).Get("runId").GetString();
            await _client.FieldsAsync("cancelAgentRun", new { runId });
        }
        else
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _client.CallToolAsync(
                "callAgent",
                new Dictionary<string, object?> { ["targetAgentId"] = call.targetAgentId, ["message"] = call.message, ["interactionType"] = "stream" },
                new Hearing(_ => leaving.Cancel()),
                cancellationToken: leaving.Token));
        }

        await Wait.UntilAsync(() => _log.Everything.Contains("slowAgent stopped: nobody waits for it any more.", StringComparison.Ordinal));
    }

    /// <summary>The first connection ends too early: a run in the background does not mind, nor any run of an entity.</summary>
    [Theory]
    [InlineData("/openai/v1", true)]
    [InlineData("/openai", false)]
    public async Task Reads_on_where_a_connection_ended(string path, bool background)
    {
        await using var relay = await Relay.StartAsync(new(_agents.Urls.Single()), Cuts.After("\"3 \"", properly: background), CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS=cut=openai+{relay.Url}{path}");
        await using var client = await proxy.CreateClientAsync();

        var begun = await client.CallAsync(
            "callAgent", new { targetAgentId = "cut:slowAgent", message = "count to 6", interactionType = "stream", background });
        var result = background
            ? await client.CallAsync("getAgentRun", new { runId = begun.StructuredContent!.Value.Get("runId").GetString(), waitSeconds = 50 })
            : begun;

        Assert.Equal("1 2 3 4 5 6", result.Text());
        var requests = relay.TakeRequests();
        Assert.Single(requests, request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/responses", StringComparison.Ordinal));
        Assert.Single(requests, request => request.Contains("?stream=true&starting_after=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_thread_is_nobody_elses_whatever_is_written_behind_it()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS=agents=openai+{Url}", "MCP_API_KEY__ann__Key=ann", "MCP_API_KEY__bob__Key=bob");
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var bob = await proxy.CreateClientWithAsync("bob");
        var threadId = ThreadOf(await ann.AskAsync("agents:memoryAgent", "one"));

        foreach (var named in new[] { threadId, $"{threadId}#x", $"{threadId}#", $"resp:{threadId}" })
        {
            var result = await bob.CallAsync("callAgent", new { targetAgentId = "agents:memoryAgent", message = "two", threadId = named });
            Assert.DoesNotContain("seen 2", $"{result.Content.OfType<TextContentBlock>().First().Text}", StringComparison.Ordinal);
        }

        Assert.Equal(
            "seen 2 user messages, last: two",
            (await ann.CallAsync("callAgent", new { targetAgentId = "agents:memoryAgent", message = "two", threadId = $"{threadId}#x" })).Text());
    }

    private static string? ThreadOf(CallToolResult result) => result.StructuredContent!.Value.Get("threadId").GetString();
}
