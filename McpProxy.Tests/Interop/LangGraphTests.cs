using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Interop;

/// <summary>The agents of a real LangGraph server, through the front door.</summary>
public sealed partial class LangGraphTests(RealAgentServers servers) : IAsyncLifetime
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

    [Fact]
    public async Task Gives_a_generated_answer_as_text()
        => Assert.Equal("""{"text":"echo 1: hello"}""", (await FieldsAsync("echo", "hello", "generate")).Get("responseData").GetRawText());

    [Fact]
    public async Task Streams_words_as_they_come()
    {
        var answer = (await FieldsAsync("slow", "go", "stream")).Get("responseData");

        Assert.Equal("one two three four five six seven eight nine ten", answer.Get("text").GetString());
        Assert.Equal(10, answer.Get("summary", "totalChunks").GetInt32());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Tells_what_an_answer_with_a_tool_step_cost_in_this_call_alone(string how)
    {
        var threadId = Guid.NewGuid().ToString();
        await CallAsync("tooling", "Rome", how, threadId);

        var result = await CallAsync("tooling", "Rome", how, threadId);

        Assert.Equal("It is 21 degrees.", result.Text());
        Assert.Equal("""{"inputTokens":14,"outputTokens":4,"totalTokens":18}""", result.StructuredContent!.Value.Get("usage").GetRawText());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Answers_with_the_state_of_a_graph_without_messages(string how)
    {
        var result = await CallAsync("counter", "count", how, options: new { input = new { count = 4 } });

        Assert.Equal("""{"count":5}""", result.Text());
    }

    [Fact]
    public async Task Describes_an_agent()
    {
        var details = (await _client.FieldsAsync("describeAgent", new { agentId = "server0:counter" })).Get("agentDetails");

        Assert.Equal("counter", details.Get("id").GetString());
        Assert.Equal("counter", details.Get("name").GetString());
        Assert.Equal("system", details.Get("metadata", "created_by").GetString());
    }

    [Fact]
    public async Task Refuses_a_thread_id_that_is_none_and_offers_one()
    {
        var refused = await CallAsync("echo", "hello", "generate", "my-thread");

        Assert.True(refused.IsError);
        Assert.StartsWith("'my-thread' can't be a thread on server 'server0'", refused.Text());
        Assert.Equal("echo 1: hello", (await CallAsync("echo", "hello", "generate", Uuid().Match(refused.Text()).Value)).Text());
    }

    [Fact]
    public async Task Says_that_a_thread_is_busy()
    {
        var threadId = Guid.NewGuid().ToString();
        using var run = new HttpRequestMessage(HttpMethod.Post, $"threads/{threadId}/runs/stream")
        {
            Content = JsonContent.Create(
                new { assistant_id = "slow", if_not_exists = "create", input = new { messages = new[] { new { role = "user", content = "go" } } } }),
        };
        using var running = await _direct.SendAsync(run, HttpCompletionOption.ResponseHeadersRead, CancellationToken);

        var refused = await CallAsync("echo", "hello", "generate", threadId);

        Assert.True(refused.IsError);
        Assert.StartsWith($"Thread {threadId} on server 'server0' is still at work on another call.", refused.Text());
    }

    [Fact]
    public async Task Leaves_a_thread_behind_only_where_one_was_asked_for()
    {
        var resourceId = $"resource-{Guid.NewGuid()}";

        await CallAsync("echo", "hello", "generate", resourceId: resourceId);
        await CallAsync("echo", "hello", "stream", resourceId: resourceId);
        Assert.Empty(await ThreadsAsync(resourceId));

        await CallAsync("echo", "hello", "generate", Guid.NewGuid().ToString(), resourceId);
        Assert.Single(await ThreadsAsync(resourceId));
    }

    [Fact]
    public async Task Says_that_options_are_not_what_the_server_takes()
    {
        var refused = await CallAsync("echo", "hello", "generate", options: new { config = "none" });

        Assert.True(refused.IsError);
        Assert.Contains("Check agentOptions", refused.Text());
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _proxy.DisposeAsync();
        _direct.Dispose();
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    private async Task<JsonElement> FieldsAsync(string agentId, string text, string how) => (await CallAsync(agentId, text, how)).StructuredContent!.Value;

    private Task<CallToolResult> CallAsync(string agentId, string text, string how, string? threadId = null, string? resourceId = null, object? options = null)
    {
        var arguments = new Dictionary<string, object>
        {
            ["targetAgentId"] = $"server0:{agentId}",
            ["interactionType"] = how,
            ["messages"] = new[] { new { role = "user", content = text } },
        };
        foreach (var (name, value) in new[] { ("threadId", threadId), ("resourceId", resourceId), ("agentOptions", options) })
        {
            if (value is not null)
            {
                arguments[name] = value;
            }
        }

        return _client.CallAsync("callAgent", arguments);
    }

    private async Task<JsonElement[]> ThreadsAsync(string resourceId)
    {
        using var response = await _direct.PostAsJsonAsync("threads/search", new { metadata = new { resource_id = resourceId } }, CancellationToken);

        return (await response.Content.ReadFromJsonAsync<JsonElement[]>(CancellationToken))!;
    }
}
