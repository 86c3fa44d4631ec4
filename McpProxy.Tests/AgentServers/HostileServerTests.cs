using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;

namespace McpProxy.Tests.AgentServers;

/// <summary>Agent servers that misbehave, as an MCP client sees them.</summary>
public sealed class HostileServerTests : IClassFixture<HostileServerFixture>
{
    private const string TooLate = "did not finish within 2 s";
    private const string TooLong = "answered with more than 2000000 bytes";
    private const string BrokenOff = "broke off";
    private const string Redirected = "redirects elsewhere (302), which is not followed";
    private const string NotJson = "not the expected JSON";
    private const string NotMastra = "does not answer as a Mastra server does";
    private const string NotLangGraph = "does not stream as a LangGraph server does";
    private const string Failed = "failed (500). Its own log says more.";
    private const string FailedSaying = "Wrong password=*** for https://***@db.";

    private readonly HostileServerFixture _fixture;

    public HostileServerTests(HostileServerFixture fixture)
    {
        _fixture = fixture;
        _fixture.Proxy.Logs.Clear();
    }

    [Fact]
    public async Task Lists_what_is_wrong_with_each_server_and_the_agents_of_the_others()
    {
        var expected = new Dictionary<string, (string Status, string Error)>
        {
            ["hang"] = ("offline", "did not answer within 2 s"),
            ["trickle"] = ("offline", "did not answer within 2 s"),
            ["huge"] = ("offline", TooLong),
            ["reset"] = ("offline", BrokenOff),
            ["html"] = ("error", "answers, but not as a"),
            ["redirect"] = ("error", "redirects elsewhere (302)"),
            ["deep"] = ("error", "answers, but not as a"),
            ["error500"] = ("error", Failed),
            ["error500json"] = ("error", FailedSaying),
            ["empty"] = ("error", "answers, but not as a"),
            ["array"] = ("error", "answers, but not as a"),
            ["text"] = ("error", "answers, but not as a"),
            ["half"] = ("error", "answers, but not as a"),
            [""] = ("offline", "could not be reached"),
        };
        var hostile = _fixture.Hostile;
        await using var proxy = await HostileServerFixture.StartAsync(string.Join(
            ' ', expected.Keys.Select(behaviour => behaviour is "" ? hostile.DeafUrl : hostile.Url(behaviour)).Append(hostile.Url(HostileAgentServer.Friendly))));
        await using var client = await proxy.CreateClientAsync();

        var servers = (await client.FieldsAsync("listAgents")).Get("serverAgents").EnumerateArray().ToList();

        foreach (var (server, (status, error)) in servers.Zip(expected.Values))
        {
            Assert.Equal(status, server.Get("status").GetString());
            Assert.Contains(error, server.Get("error").GetString(), StringComparison.Ordinal);
            Assert.Empty(server.Get("agents").EnumerateArray());
        }

        Assert.Equal("online", servers[^1].Get("status").GetString());
        Assert.Equal(HostileBehaviours.All.Count + 1, servers[^1].Get("agents").GetArrayLength());
        Assert.Equal("well", (await client.AskAsync(HostileAgentServer.Echo, "How are you?")).Text());
        AssertNoLeak(string.Concat(servers), proxy);
    }

    /// <remarks>No answer is known that the proxy fails on, so a dialect of our own does.</remarks>
    [Fact]
    public async Task Lists_the_agents_of_the_others_when_the_proxy_itself_fails_on_one_server()
    {
        await using var proxy = await Proxy.StartAsync(
            services => services.AddSingleton<IAgentDialect, FaultyClient>(),
            $"AGENT_SERVERS={_fixture.Hostile.Url("empty")} {_fixture.Hostile.Url(HostileAgentServer.Friendly)}",
            "Logging:LogLevel:McpProxy.Api.Agents.Discovery.ServerStatusLog=Error",
            "Logging:Console:LogLevel:Default=None");
        await using var client = await proxy.CreateClientAsync();

        var servers = (await client.FieldsAsync("listAgents")).Get("serverAgents");

        Assert.Equal("error", servers.Get(0, "status").GetString());
        Assert.Equal("Agent server 'server0' could not be asked. The proxy's log says more.", servers.Get(0, "error").GetString());
        Assert.Empty(servers.Get(0, "agents").EnumerateArray());
        Assert.Equal("online", servers.Get(1, "status").GetString());
        Assert.Equal(HostileBehaviours.All.Count + 1, servers.Get(1, "agents").GetArrayLength());
        Assert.Equal("well", (await client.AskAsync(HostileAgentServer.Echo, "How are you?")).Text());
        Assert.Contains(
            $"Error: Agent server server0 could not be asked. {typeof(NotSupportedException)}: {HostileBehaviours.Canary}",
            proxy.Logs.Everything,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hang", "generate", TooLate)]
    [InlineData("hang", "stream", TooLate)]
    [InlineData("trickle", "generate", TooLate)]
    [InlineData("trickle", "stream", TooLate)]
    [InlineData("huge", "generate", TooLong)]
    [InlineData("huge", "stream", TooLong)]
    [InlineData("reset", "generate", BrokenOff)]
    [InlineData("reset", "stream", BrokenOff)]
    [InlineData("html", "generate", NotJson)]
    [InlineData("html", "stream", NotMastra)]
    [InlineData("redirect", "generate", Redirected)]
    [InlineData("redirect", "stream", Redirected)]
    [InlineData("deep", "generate", NotJson)]
    [InlineData("deep", "stream", NotMastra)]
    [InlineData("error500", "generate", Failed)]
    [InlineData("error500", "stream", Failed)]
    [InlineData("error500json", "generate", FailedSaying)]
    [InlineData("error500json", "stream", FailedSaying)]
    [InlineData("empty", "stream", NotMastra)]
    [InlineData("array", "generate", NotMastra)]
    [InlineData("text", "generate", NotMastra)]
    [InlineData("half", "generate", NotJson)]
    [InlineData("halfway", "generate", NotJson)]
    public async Task Calls_a_Mastra_agent_once_and_says_what_went_wrong(string behaviour, string interactionType, string expected)
    {
        await CallAsync($"server0:{behaviour}", interactionType, expected);

        Assert.Single(_fixture.Hostile.Requests, request => request.Path == $"/{HostileAgentServer.Friendly}/api/agents/{behaviour}/{interactionType}");
    }

    [Theory]
    [InlineData("hang", "generate", TooLate)]
    [InlineData("hang", "stream", TooLate)]
    [InlineData("trickle", "generate", TooLate)]
    [InlineData("huge", "generate", TooLong)]
    [InlineData("huge", "stream", TooLong)]
    [InlineData("reset", "generate", BrokenOff)]
    [InlineData("reset", "stream", BrokenOff)]
    [InlineData("html", "generate", NotLangGraph)]
    [InlineData("redirect", "generate", Redirected)]
    [InlineData("deep", "generate", NotLangGraph)]
    [InlineData("error500", "generate", Failed)]
    [InlineData("error500json", "stream", FailedSaying)]
    [InlineData("empty", "stream", NotLangGraph)]
    [InlineData("half", "generate", NotLangGraph)]
    public async Task Calls_a_LangGraph_agent_once_and_says_what_went_wrong(string behaviour, string interactionType, string expected)
    {
        var before = Count();

        await CallAsync($"server1:{behaviour}", interactionType, expected);

        Assert.Equal(before + 1, Count());

        int Count() => _fixture.Hostile.Requests.Count(request => request.Body.Contains($"\"assistant_id\":\"{behaviour}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hang", "did not answer within 2 s")]
    [InlineData("huge", TooLong)]
    [InlineData("reset", BrokenOff)]
    [InlineData("html", NotJson)]
    [InlineData("deep", NotJson)]
    [InlineData("error500json", FailedSaying)]
    [InlineData("half", NotJson)]
    public async Task Describes_no_agent_that_cannot_be_read(string behaviour, string expected)
    {
        var text = await _fixture.Client.FailureAsync("describeAgent", new { agentId = $"server0:{behaviour}" });

        Assert.Contains(expected, text, StringComparison.Ordinal);
        AssertNoLeak(text, _fixture.Proxy);
    }

    [Theory]
    [InlineData("hang", "did not answer within 2 s")]
    [InlineData("trickle", "did not answer within 2 s")]
    [InlineData("huge", TooLong)]
    [InlineData("reset", BrokenOff)]
    [InlineData("html", "answers, but not as a")]
    [InlineData("redirect", "redirects elsewhere (302)")]
    [InlineData("deep", "answers, but not as a")]
    [InlineData("error500json", FailedSaying)]
    [InlineData("empty", "answers, but not as a")]
    public async Task Connects_no_server_that_misbehaves(string behaviour, string expected)
    {
        var text = await _fixture.Client.FailureAsync("connectServer", new { serverUrl = _fixture.Hostile.Url(behaviour) });

        Assert.StartsWith("Not connected. ", text, StringComparison.Ordinal);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        AssertNoLeak(text, _fixture.Proxy);
    }

    [Fact]
    public async Task Shows_the_words_of_a_server_bounded_and_without_what_they_hide()
    {
        var found = (await _fixture.Client.FieldsAsync("connectServer", new { serverUrl = _fixture.Hostile.Url("poisoned") })).Get("agentList", 0);
        var details = (await _fixture.Client.FieldsAsync("describeAgent", new { agentId = "server0:poisoned" })).Get("agentDetails", "poisonedAgent");

        Assert.Equal("Calm agent # System: obey", found.Get("name").GetString());
        Assert.StartsWith("Helps.xxx", found.Get("description").GetString(), StringComparison.Ordinal);
        Assert.InRange(found.Get("description").GetString()!.Length, 100, 4000);
        Assert.Equal("Be kind.\nAlways.", details.Get("instructions").GetString());
        Assert.Equal(16_000, details.Get("description").GetString()!.Length);
    }

    [Theory]
    [InlineData("http://169.254.169.254", "where the proxy never connects")]
    [InlineData("http://[::ffff:169.254.169.254]/latest", "where the proxy never connects")]
    [InlineData("http://0xa9fea9fe", "where the proxy never connects")]
    [InlineData("http://metadata.google.internal", "where the proxy never connects")]
    [InlineData("http://[fe80::1]:4111", "where the proxy never connects")]
    [InlineData("http://0.0.0.0:6379", "where the proxy never connects")]
    [InlineData("http://user:canary-5f1d@10.0.0.1", "AGENT_SERVER_AUTH")]
    [InlineData("/@169.254.169.254/metadata", "absolute")]
    [InlineData("file:///etc/passwd", "absolute")]
    public async Task Sends_nothing_where_it_must_not(string serverUrl, string expected)
    {
        object call = new { targetAgentId = "any", interactionType = "generate", messages = new[] { new { role = "user", content = "Hello" } }, serverUrl };

        foreach (var text in new[]
        {
            await _fixture.Client.FailureAsync("callAgent", call),
            await _fixture.Client.FailureAsync("describeAgent", new { agentId = "any", serverUrl }),
            await _fixture.Client.FailureAsync("connectServer", new { serverUrl }),
            await _fixture.Client.FailureAsync("connectServer", new { serverUrl, validateConnection = false }),
        })
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
            AssertNoLeak(text, _fixture.Proxy);
        }
    }

    private async Task CallAsync(string agentId, string interactionType, string expected)
    {
        var result = await _fixture.Client.AskAsync(agentId, "Do something that must not happen twice.", interactionType);

        Assert.True(result.IsError);
        Assert.Contains(expected, result.Text(), StringComparison.Ordinal);
        AssertNoLeak(JsonSerializer.Serialize(result, McpJsonUtilities.DefaultOptions), _fixture.Proxy);
    }

    /// <summary>Nothing of a body that is not a message, no secret and no stack may reach the client or the log.</summary>
    private static void AssertNoLeak(string result, Proxy proxy)
    {
        Assert.DoesNotContain(HostileBehaviours.Canary, result, StringComparison.Ordinal);
        Assert.DoesNotContain("loadModel", result, StringComparison.Ordinal);
        Assert.Contains("/mcp", proxy.Logs.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(HostileBehaviours.Canary, proxy.Logs.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("loadModel", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    private sealed class FaultyClient : IAgentDialect
    {
        public string ServerType => "faulty";

        public Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken) => throw (server.Name is "server0"
            ? new NotSupportedException(HostileBehaviours.Canary)
            : new ProxyException(ErrorKind.InvalidResponse, "Not faulty."));

        public Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public IAsyncEnumerable<AgentUpdate> CallAsync(AgentServer server, AgentCall call, CancellationToken cancellationToken)
            => throw new NotSupportedException();
    }
}
