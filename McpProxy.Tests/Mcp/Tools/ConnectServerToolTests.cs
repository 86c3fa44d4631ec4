using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Mcp.Tools;

public sealed class ConnectServerToolTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Fact]
    public async Task Connects_a_server_whose_agents_can_be_called_then()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("connectServer", new { serverUrl = fixture.LangGraphUrl, serverName = "graphs" });

        Assert.True(fields.Get("success").GetBoolean());
        Assert.Equal("graphs", fields.Get("serverName").GetString());
        Assert.Equal(fixture.LangGraphUrl, fields.Get("serverUrl").GetString());
        Assert.Equal("langgraph", fields.Get("serverType").GetString());
        Assert.Equal(6, fields.Get("agentsFound").GetInt32());
        Assert.Equal("graphs:echoAgent", fields.Get("agentList", 0, "fullyQualifiedId").GetString());
        Assert.True(fields.Get("validationPerformed").GetBoolean());
        Assert.Equal("Connected 'graphs'. It has 6 agents. Call them as 'graphs:agentId'.", fields.Get("message").GetString());
        Assert.Equal("echo: hi", (await client.AskAsync("graphs:echoAgent", "hi")).Text());
        var listed = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        Assert.True(listed.Get("isDynamic").GetBoolean());
    }

    [Fact]
    public async Task Connects_a_server_for_some_of_its_agents_and_for_none_that_it_does_not_have()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", For("ecoAgent"));
        var fields = await client.FieldsAsync("connectServer", For("echoAgent"));

        Assert.StartsWith("Not connected. Agent server 'some' has no agent 'ecoAgent'. ", failure, StringComparison.Ordinal);
        Assert.Equal(1, fields.Get("agentsFound").GetInt32());
        Assert.Equal("Agent server 'some' has no agent 'slowAgent'. It has 'echoAgent'.", (await client.AskAsync("some:slowAgent", "hi")).Text());
        Assert.StartsWith(
            "agents can't be used: it must hold from 1 to 1000 ids of agents.",
            await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:9", agents = Enumerable.Range(0, 1001).Select(i => $"a{i}") }),
            StringComparison.Ordinal);

        object For(params string[] agents) => new { serverUrl = fixture.MastraUrl, serverName = "some", agents };
    }

    [Fact]
    public async Task Calls_servers_without_a_name_by_the_first_free_number()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal("server1", (await client.FieldsAsync("connectServer", new { serverUrl = fixture.LangGraphUrl })).Get("serverName").GetString());
        Assert.Equal("server2", (await ConnectUnasked(client, "http://127.0.0.1:9")).Get("serverName").GetString());
    }

    [Fact]
    public async Task Gives_a_url_the_name_it_has_already_however_it_is_written()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();
        await ConnectUnasked(client, "http://LOCALHOST:80/team-a/", "first");

        foreach (var url in new[] { "http://localhost/team-a", "http://localhost:80/team-a", "HTTP://localhost/team-a//" })
        {
            var again = await ConnectUnasked(client, url, "other");
            Assert.Equal("first", again.Get("serverName").GetString());
            Assert.Equal("This server is connected already, as 'first'. It was not asked whether it answers.", again.Get("message").GetString());
        }

        Assert.Equal("other", (await ConnectUnasked(client, "http://localhost/team-b", "other")).Get("serverName").GetString());
    }

    [Fact]
    public async Task Gives_the_url_of_a_configured_server_the_name_it_has()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("connectServer", new { serverUrl = fixture.MastraUrl, serverName = "mine" });

        Assert.Equal("server0", fields.Get("serverName").GetString());
        Assert.Equal(6, fields.Get("agentsFound").GetInt32());
    }

    [Theory]
    [InlineData("server0")]
    [InlineData("taken")]
    public async Task Refuses_a_name_that_is_taken(string name)
    {
        await using var proxy = await Proxy.StartAsync("AGENT_SERVERS=http://127.0.0.1:9");
        await using var client = await proxy.CreateClientAsync();
        await ConnectUnasked(client, "http://127.0.0.1:10", "taken");

        var failure = await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:11", serverName = name, validateConnection = false });

        Assert.Equal($"The name '{name}' belongs to another server already. Choose another name, or leave it out to get one.", failure);
    }

    [Theory]
    [InlineData("123")]
    [InlineData("true")]
    [InlineData("-5")]
    [InlineData("1e5")]
    public async Task Refuses_a_name_that_is_json(string name)
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:9", serverName = name, validateConnection = false });

        Assert.StartsWith($"'{name}' can't be a server's name: ", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "serverUrl can't be used: it is not an absolute http:// or https:// URL.")]
    [InlineData("nonsense", "serverUrl can't be used: it is not an absolute http:// or https:// URL.")]
    [InlineData(
        "http://user:secret@127.0.0.1:9",
        "serverUrl can't be used: it holds a user name or password; credentials belong in the setting AGENT_SERVER_AUTH.")]
    public async Task Refuses_what_is_no_url_of_a_server(string serverUrl, string expected)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        Assert.Equal(expected, await client.FailureAsync("connectServer", new { serverUrl, validateConnection = false }));
    }

    [Fact]
    public async Task Refuses_the_metadata_service_even_unasked()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl = "http://169.254.169.254/", validateConnection = false });

        Assert.Contains("metadata", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_server_that_does_not_answer()
    {
        await using var proxy = await Proxy.StartAsync("MASTRA_LISTING_RETRIES=0");
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl = FreePort.Url(), serverName = "down" });

        Assert.Equal(
            "Not connected. Agent server 'down' could not be reached. Check that it is running. "
            + "With validateConnection=false the server is connected without asking it.",
            failure);
        Assert.Equal(0, (await client.FieldsAsync("listAgents")).Get("summary", "totalServers").GetInt32());
    }

    [Fact]
    public async Task Advises_to_leave_out_the_api_at_the_end_of_a_url_only_if_it_is_there()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        Assert.Contains(
            "Leave out the /api at the end of its URL",
            await client.FailureAsync("connectServer", new { serverUrl = $"{fixture.MastraUrl}/api" }),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "/api at the end", await client.FailureAsync("connectServer", new { serverUrl = $"{fixture.MastraUrl}/nothing" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_server_that_speaks_no_known_dialect()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl = proxy.Url.ToString(), serverName = "self" });

        Assert.Contains($"answers, but not as a {string.Join(" or ", Proxy.ServerTypes)} server does", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Asks_a_server_whose_type_is_declared_as_that_and_as_nothing_else(bool validateConnection)
    {
        await using var hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var fields = await client.FieldsAsync(
            "connectServer",
            new { serverUrl = hostile.Url(HostileAgentServer.FriendlyGraph), serverName = "graphs", serverType = "langgraph", validateConnection });

        Assert.Equal("langgraph", fields.Get("serverType").GetString());
        Assert.Equal(validateConnection ? 1 : 0, hostile.Requests.Count);
        Assert.Equal("online", (await client.FieldsAsync("listAgents")).Get("serverAgents", 0, "status").GetString());
        Assert.All(hostile.Requests, request => Assert.EndsWith("/assistants/search", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Believes_a_declared_type_more_than_what_the_server_said_before()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();
        var serverUrl = fixture.MastraUrl;
        await client.FieldsAsync("describeAgent", new { agentId = "echoAgent", serverUrl });

        await client.FieldsAsync("connectServer", new { serverUrl, serverName = "wrong", serverType = "langgraph", validateConnection = false });

        var failure = (await client.AskAsync("echoAgent", "hi")).Text();
        Assert.StartsWith("No agent server has an agent 'echoAgent'. 'wrong' could not be asked.", failure, StringComparison.Ordinal);
        var listed = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        Assert.Equal(("error", "langgraph"), (listed.Get("status").GetString(), listed.Get("serverType").GetString()));
    }

    [Fact]
    public async Task Refuses_a_server_that_is_not_of_the_declared_type()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var failure = await client.FailureAsync("connectServer", new { serverUrl = fixture.LangGraphUrl, serverType = "mastra" });

        Assert.StartsWith("Not connected as 'mastra'. ", failure, StringComparison.Ordinal);
        Assert.Equal(0, (await client.FieldsAsync("listAgents")).Get("summary", "totalServers").GetInt32());
    }

    [Fact]
    public async Task Refuses_a_type_that_there_is_not_and_tells_which_there_are()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        Assert.Equal(
            $"'Langraph' is no type of agent server. Did you mean 'langgraph'? There is '{string.Join("', '", Proxy.ServerTypes)}'. "
            + "Leave serverType out to have the proxy find it out.",
            await client.FailureAsync("connectServer", new { serverUrl = fixture.LangGraphUrl, serverType = "Langraph", validateConnection = false }));
    }

    [Theory]
    [InlineData("mastra", " of type 'mastra', and stays so although 'langgraph' was asked for")]
    [InlineData("langgraph", "")]
    [InlineData(null, " without a type, and stays so although 'langgraph' was asked for")]
    public async Task Keeps_the_type_of_a_url_that_is_connected_and_says_so(string? first, string expected)
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();
        const string serverUrl = "http://127.0.0.1:9";
        await client.FieldsAsync("connectServer", new { serverUrl, serverName = "first", serverType = first, validateConnection = false });

        var fields = await client.FieldsAsync("connectServer", new { serverUrl = $"{serverUrl}/", serverType = "langgraph", validateConnection = false });

        Assert.Equal($"This server is connected already, as 'first'{expected}. It was not asked whether it answers.", fields.Get("message").GetString());
        Assert.Equal(first, fields.TryGetProperty("serverType", out var type) ? type.GetString() : null);
    }

    [Fact]
    public async Task Connects_nothing_when_connections_are_fixed()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_DYNAMIC_CONNECTIONS=false");
        await using var client = await proxy.CreateClientAsync();

        Assert.Contains(
            "MCP_DYNAMIC_CONNECTIONS=false",
            await client.FailureAsync("connectServer", new { serverUrl = fixture.LangGraphUrl }),
            StringComparison.Ordinal);
        Assert.Contains(
            "MCP_DYNAMIC_CONNECTIONS=false",
            await client.FailureAsync("describeAgent", new { agentId = "echoAgent", serverUrl = fixture.LangGraphUrl }),
            StringComparison.Ordinal);
    }

    private static Task<JsonElement> ConnectUnasked(McpClient client, string serverUrl, string? serverName = null)
        => client.FieldsAsync("connectServer", new { serverUrl, serverName, validateConnection = false });
}
