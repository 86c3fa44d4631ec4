using ModelContextProtocol.Client;

namespace McpProxy.Tests.Interop;

/// <summary>What every real agent server has to do through the front door. A new dialect is done when its class here is green.</summary>
/// <param name="servers">The servers.</param>
/// <param name="kind">Which of them.</param>
/// <param name="serverType">The type that the proxy has to find out.</param>
/// <param name="agents">What its agents are called.</param>
public abstract class RealServerContractTests(RealAgentServers servers, RealServer kind, string serverType, RealAgents agents) : IAsyncLifetime
{
    private Proxy _proxy = null!;
    private McpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var server = await servers.GetAsync(kind, TestContext.Current.CancellationToken);
        _proxy = await Proxy.StartAsync(SettingsFor(server.Url));
        _client = await _proxy.CreateClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
            await _proxy.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Whether servers of this type say what an answer cost.</summary>
    protected virtual bool TellsUsage => true;

    /// <summary>Whether servers of this type begin a conversation with each call that names none.</summary>
    protected virtual bool KeepsEveryThread => false;

    /// <summary>How the server is connected, as <c>real</c>.</summary>
    protected virtual string[] SettingsFor(Uri url) => [$"AGENT_SERVERS=real={url}"];

    [Fact]
    public async Task Lists_its_agents()
    {
        var server = (await _client.FieldsAsync("listAgents")).Get("serverAgents", 0);

        Assert.Equal((serverType, "online"), (server.Get("serverType").GetString(), server.Get("status").GetString()));
        var ids = server.Get("agents").EnumerateArray().Select(agent => agent.Get("id").GetString()!).ToHashSet();
        Assert.Superset(new HashSet<string> { agents.Echo, agents.Slow, agents.Weather, agents.Memory, agents.Failing }, ids);
    }

    [Fact]
    public async Task Describes_an_agent()
    {
        var details = (await _client.FieldsAsync("describeAgent", new { agentId = $"real:{agents.Weather}" })).Get("agentDetails");

        var id = details.EnumerateObject().First();
        Assert.Equal(("id", agents.Weather), (id.Name, id.Value.GetString()));
        Assert.NotEqual(1, details.EnumerateObject().Count());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Answers(string interactionType)
    {
        var result = await _client.AskAsync($"real:{agents.Echo}", "hello", interactionType);

        Assert.Equal(agents.EchoOfHello, result.Text());
        var fields = Assert.NotNull(result.StructuredContent);
        Assert.Equal(serverType, fields.Get("serverType").GetString());
        Assert.Equal(KeepsEveryThread, fields.TryGetProperty("threadId", out _));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Tells_what_an_agent_says_while_it_says_it(string interactionType)
    {
        var heard = new Hearing();

        var result = await _client.AskAsync($"real:{agents.Slow}", "go", interactionType, heard);

        Assert.Equal("one two three four five six seven eight nine ten", result.Text());
        Assert.True(heard.Values.Count >= 5, $"The ten words came in {heard.Values.Count} pieces.");
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Lets_an_agent_use_its_tools(string interactionType)
    {
        var result = await _client.AskAsync($"real:{agents.Weather}", "Paris", interactionType);

        Assert.Equal("It is 21 degrees.", result.Text());
        Assert.Equal(TellsUsage, Assert.NotNull(result.StructuredContent).TryGetProperty("usage", out var usage));
        Assert.True(!TellsUsage || usage.GetRawText() is """{"inputTokens":14,"outputTokens":4,"totalTokens":18}""");
    }

    [Fact]
    public async Task Goes_on_with_a_thread()
    {
        var threadId = Guid.NewGuid().ToString();

        await _client.FieldsAsync("callAgent", new { targetAgentId = $"real:{agents.Memory}", message = "one", threadId });
        var second = await _client.CallAsync(
            "callAgent", new { targetAgentId = $"real:{agents.Memory}", message = "two", threadId, interactionType = "stream" });

        Assert.Equal(agents.SecondTurn, second.Text());
        Assert.Equal(threadId, Assert.NotNull(second.StructuredContent).Get("threadId").GetString());
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("stream")]
    public async Task Passes_on_why_an_agent_failed_but_not_where_in_its_code(string interactionType)
    {
        var result = await _client.AskAsync($"real:{agents.Failing}", "hi", interactionType);

        Assert.True(result.IsError);
        Assert.StartsWith($"Agent '{agents.Failing}' on server 'real' failed: ", result.Text(), StringComparison.Ordinal);
        Assert.Contains(agents.Failure, result.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("file:", result.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_there_is_no_such_agent()
    {
        const string Expected = "Agent server 'real' has no agent 'nobody'. It has ";

        Assert.StartsWith(Expected, await _client.FailureAsync("describeAgent", new { agentId = "real:nobody" }), StringComparison.Ordinal);
        Assert.StartsWith(Expected, (await _client.AskAsync("real:nobody", "hi")).Text(), StringComparison.Ordinal);
        Assert.StartsWith(Expected, (await _client.AskAsync("real:nobody", "hi", "stream")).Text(), StringComparison.Ordinal);
    }
}

public sealed class Mastra1ContractTests(RealAgentServers servers)
    : RealServerContractTests(servers, RealServer.Mastra1, "mastra", RealAgents.Mastra);

public sealed class Mastra010ContractTests(RealAgentServers servers)
    : RealServerContractTests(servers, RealServer.Mastra010, "mastra", RealAgents.Mastra);

public sealed class LangGraphServerContractTests(RealAgentServers servers)
    : RealServerContractTests(servers, RealServer.LangGraph, "langgraph", RealAgents.LangGraph);
