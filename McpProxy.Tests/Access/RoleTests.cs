using System.Net;
using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Access;

/// <summary>What each caller may do and see, on every path: what they may not use is for them as if it was not there.</summary>
public sealed class RoleTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>
{
    private const string Nobody = "nobodyAtAll";

    /// <summary>Ops is an operator, Ann may call every agent, Sam one of each server by its key, Roy the same by a role.</summary>
    private string[] Settings =>
    [
        $"AGENT_SERVERS={new Uri(agents.Client.BaseAddress!, "mastra")} {new Uri(agents.Client.BaseAddress!, "langgraph")}",
        "MCP_API_KEY__ops__Key=ops", "MCP_API_KEY__ops__Role=operator",
        "MCP_API_KEY__ann__Key=ann",
        "MCP_API_KEY__sam__Key=sam", "MCP_API_KEY__sam__Agents=server0:echoAgent, server1:s*Agent",
        "MCP_ROLE__support__Agents=server0:echoAgent server1:s*Agent",
        "MCP_API_KEY__roy__Key=roy", "MCP_API_KEY__roy__Role=support",
    ];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ops", 12, true)]
    [InlineData("ann", 12, false)]
    [InlineData("sam", 2, false)]
    [InlineData("roy", 2, false)]
    public async Task A_list_holds_what_the_caller_may_use(string key, int expectedAgents, bool isOperator)
    {
        await using var proxy = await Proxy.StartAsync(Settings);
        await using var client = await proxy.CreateClientWithAsync(key);
        using var http = AccessTokenTests.Client(proxy, key);

        Assert.Equal(expectedAgents, (await client.FieldsAsync("listAgents")).Get("summary", "totalAgents").GetInt32());
        var status = JsonDocument.Parse(await http.GetStringAsync("/status", CancellationToken)).RootElement;
        Assert.Equal(expectedAgents, status.Get("agents", "summary", "totalAgents").GetInt32());
        var tools = (await client.ListToolsAsync(cancellationToken: CancellationToken)).Select(tool => tool.Name).ToList();
        Assert.Equal(isOperator, tools.Contains("connectServer"));
        Assert.Equal(isOperator, tools.Contains("disconnectServer"));
        Assert.Equal(isOperator ? 7 : 5, tools.Count);
    }

    [Theory]
    [InlineData("sam")]
    [InlineData("roy")]
    public async Task What_a_caller_may_not_use_is_not_found_on_any_path_and_in_the_same_words(string key)
    {
        await using var proxy = await Proxy.StartAsync(Settings);
        await using var client = await proxy.CreateClientWithAsync(key);
        var url = new Uri(agents.Client.BaseAddress!, "mastra").ToString();

        foreach (var (hidden, missing, serverUrl) in new[]
        {
            ("server0:weatherAgent", $"server0:{Nobody}", null),
            ("weatherAgent", Nobody, null),
            ("weatherAgent", Nobody, url),
        })
        {
            foreach (var (tool, argument) in new[] { ("describeAgent", "agentId"), ("callAgent", "targetAgentId") })
            {
                var hiddenFailure = await FailureAsync(tool, argument, hidden, serverUrl);
                var missingFailure = await FailureAsync(tool, argument, missing, serverUrl);

                Assert.Equal(missingFailure.Replace(Nobody, "weatherAgent", StringComparison.Ordinal), hiddenFailure);
            }
        }

        Assert.Equal("echo: hi", (await client.AskAsync("server0:echoAgent", "hi")).Text());
        Assert.Equal("echo: hi", (await client.CallAsync("callAgent", new { targetAgentId = "echoAgent", message = "hi", serverUrl = url })).Text());
        Assert.Equal("echo: hi", (await client.AskAsync("echoAgent", "hi")).Text());

        Task<string> FailureAsync(string tool, string argument, string id, string? serverUrl)
        {
            var arguments = new Dictionary<string, string> { [argument] = id };
            if (serverUrl is not null)
            {
                arguments["serverUrl"] = serverUrl;
            }

            if (tool is "callAgent")
            {
                arguments["message"] = "hi";
            }

            return client.FailureAsync(tool, arguments);
        }
    }

    [Fact]
    public async Task Only_operators_change_which_servers_there_are()
    {
        await using var proxy = await Proxy.StartAsync([.. Settings, "MCP_MAX_CONNECTIONS=5"]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var ops = await proxy.CreateClientWithAsync("ops");
        var other = new { serverUrl = new Uri(agents.Client.BaseAddress!, "mastra/").ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) };

        Assert.StartsWith("Nothing was done: connectServer is for operators", await ann.FailureAsync("connectServer", other), StringComparison.Ordinal);
        Assert.StartsWith(
            "Only connected servers may be used.",
            await ann.FailureAsync("callAgent", new { targetAgentId = "echoAgent", message = "hi", other.serverUrl }),
            StringComparison.Ordinal);

        var name = (await ops.FieldsAsync("connectServer", other)).Get("serverName").GetString();
        Assert.StartsWith(
            "Nothing was done: disconnectServer is for operators",
            await ann.FailureAsync("disconnectServer", new { serverName = name }),
            StringComparison.Ordinal);
        Assert.Equal("echo: hi", (await ann.AskAsync($"{name}:echoAgent", "hi")).Text());
        await ops.FieldsAsync("disconnectServer", new { serverName = name });
    }

    [Theory]
    [InlineData("local")]
    [InlineData("redis")]
    public async Task A_run_is_its_callers_and_the_operators(string backend)
    {
        await using var backends = new StartedBackends();
        await using var proxy = await Proxy.StartAsync([.. Settings, .. await SettingsAsync(backends, backend)]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var sam = await proxy.CreateClientWithAsync("sam");
        await using var ops = await proxy.CreateClientWithAsync("ops");
        var runId = await BeginAsync(sam, "server0:echoAgent");
        var nowhere = await ann.FailureAsync("getAgentRun", new { runId = "run_nowhere" });

        foreach (var tool in new[] { "getAgentRun", "cancelAgentRun" })
        {
            Assert.Equal(nowhere.Replace("run_nowhere", runId, StringComparison.Ordinal), await ann.FailureAsync(tool, new { runId }));
        }

        Assert.Equal("echo: hi", (await sam.CallAsync("getAgentRun", new { runId })).Text());
        Assert.Equal("echo: hi", (await ops.CallAsync("getAgentRun", new { runId })).Text());
    }

    [Theory]
    [InlineData("local")]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task A_conversation_is_its_callers_and_the_operators(string backend)
    {
        await using var backends = new StartedBackends();
        await using var proxy = await Proxy.StartAsync([.. Settings, .. await SettingsAsync(backends, backend)]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var sam = await proxy.CreateClientWithAsync("sam");
        await using var ops = await proxy.CreateClientWithAsync("ops");
        foreach (var agent in new[] { "server0:echoAgent", "server1:slowAgent" })
        {
            var begun = await sam.CallAsync("callAgent", new { targetAgentId = agent, message = "1", threadId = "new" });
            var threadId = begun.StructuredContent!.Value.Get("threadId").GetString()!;

            Assert.StartsWith($"Nothing was sent: you have no thread '{threadId}'", await FailureAsync(ann, agent, threadId), StringComparison.Ordinal);
            await sam.FieldsAsync("callAgent", new { targetAgentId = agent, message = "1", threadId });
            await ops.FieldsAsync("callAgent", new { targetAgentId = agent, message = "1", threadId });
        }

        var hidden = new { targetAgentId = "server0:echoAgent", message = "hi", agentOptions = new { memory = new { thread = "anybodys" } } };
        Assert.Contains("must not hold 'memory'", await ann.FailureAsync("callAgent", hidden), StringComparison.Ordinal);

        static Task<string> FailureAsync(McpClient client, string agent, string threadId)
            => client.FailureAsync("callAgent", new { targetAgentId = agent, message = "1", threadId });
    }

    [Theory]
    [InlineData("MCP_API_KEY__x__Role=operator", "MCP_API_KEY__x__Key is missing: the key itself.")]
    [InlineData("MCP_API_KEY__x__Agnts=server0:*", "MCP_API_KEY__x__Agnts is no setting. There are Key, Role, Agents.")]
    [InlineData("MCP_API_KEY__x=secret", "MCP_API_KEY__x is no setting. Write MCP_API_KEY__x__Key or MCP_API_KEY__x__Role or MCP_API_KEY__x__Agents.")]
    [InlineData("MCP_ROLE__x__Agents=nothing", "MCP_ROLE__x__Agents must hold server:agent, where * stands for any text. It is 'nothing'.")]
    [InlineData("MCP_ROLE__x__Agents=", "MCP_ROLE__x__Agents is missing: the agents that the role may use.")]
    public async Task A_wrong_key_or_role_stops_the_program(string setting, string expected)
    {
        var (exitCode, _, error) = await ProxyProgram.RunAsync([], [setting]);

        Assert.Equal(1, exitCode);
        Assert.Equal(expected, error.Trim());
    }

    [Fact]
    public async Task A_key_of_two_callers_and_a_role_that_is_none_stop_the_program()
    {
        var (_, _, twice) = await ProxyProgram.RunAsync([], ["MCP_API_KEYS=same", "MCP_API_KEY__x__Key=same"]);
        var (_, _, role) = await ProxyProgram.RunAsync([], ["MCP_API_KEY__x__Key=secret", "MCP_API_KEY__x__Role=boss"]);
        var (_, _, number) = await ProxyProgram.RunAsync([], ["MCP_API_KEY__x__Key=secret", "MCP_API_KEY__x__Role=1"]);

        Assert.StartsWith("MCP_API_KEYS and MCP_API_KEY hold the same key twice", twice, StringComparison.Ordinal);
        Assert.Equal("MCP_API_KEY__x__Role must be caller, operator, or a role that MCP_ROLE names. It is 'boss'.", role.Trim());
        Assert.EndsWith("It is '1'.", number.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_told_nothing()
    {
        await using var proxy = await Proxy.StartAsync(Settings);
        using var http = AccessTokenTests.Client(proxy, "eve");

        using var response = await http.GetAsync("/status", CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain("echoAgent", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<string[]> SettingsAsync(StartedBackends backends, string backend)
    {
        if (backend is "local")
        {
            return [];
        }

        var redis = await backends.ServerAsync();

        return await backends.SettingsAsync(backend, redis);
    }

    private static async Task<string> BeginAsync(McpClient client, string agent)
        => (await client.FieldsAsync("callAgent", new { targetAgentId = agent, message = "hi", background = true })).Get("runId").GetString()!;
}
