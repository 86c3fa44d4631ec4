namespace McpProxy.Tests.Mcp.Tools;

public sealed class CallAgentToolTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("server0:echoAgent", "mastra")]
    [InlineData("server1:echoAgent", "langgraph")]
    public async Task Answers_with_the_agents_words_and_tells_the_rest_beside_them(string agentId, string serverType)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var result = await client.AskAsync(agentId, "hello");

        Assert.Equal("echo: hello", result.Text());
        var fields = Assert.NotNull(result.StructuredContent);
        Assert.True(fields.Get("success").GetBoolean());
        Assert.Equal("generate", fields.Get("interactionType").GetString());
        Assert.Equal("echoAgent", fields.Get("agentIdUsed").GetString());
        Assert.Equal(agentId, fields.Get("fullyQualifiedId").GetString());
        Assert.Equal("explicit_qualification", fields.Get("resolutionMethod").GetString());
        Assert.Equal(serverType, fields.Get("serverType").GetString());
        Assert.True(fields.Get("usage", "totalTokens").GetInt32() > 0);
        Assert.Equal("""{"text":"echo: hello"}""", fields.Get("responseData").GetRawText());
    }

    [Theory]
    [InlineData("server0:slowAgent")]
    [InlineData("server1:slowAgent")]
    public async Task Gives_each_piece_of_a_stream_with_its_time_where_all_details_are_wanted(string agentId)
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}", "MCP_RESULT_DETAIL=full");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync(agentId, "count", "stream");

        Assert.Equal("one two three four five six seven eight nine ten", result.Text().Trim());
        var stream = Assert.NotNull(result.StructuredContent).Get("responseData");
        Assert.Equal("collected_stream", stream.Get("type").GetString());
        Assert.Equal(10, stream.Get("chunks").GetArrayLength());
        Assert.Equal(10, stream.Get("summary", "totalChunks").GetInt32());
        Assert.Equal(9, stream.Get("chunks", 9, "index").GetInt32());
        Assert.EndsWith("Z", stream.Get("chunks", 0, "timestamp").GetString(), StringComparison.Ordinal);
        var (first, last) = (stream.Get("chunks", 0, "timestamp").GetDateTimeOffset(), stream.Get("chunks", 9, "timestamp").GetDateTimeOffset());
        Assert.True(last - first > TimeSpan.FromSeconds(1), "The pieces should bear the times they arrived at.");
    }

    [Fact]
    public async Task Refuses_an_ambiguous_id_and_names_the_qualified_ones()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var result = await client.AskAsync("echoAgent", "hello");

        Assert.True(result.IsError);
        Assert.Equal("Several servers have an agent 'echoAgent'. Say which one: 'server0:echoAgent' or 'server1:echoAgent'.", result.Text());
    }

    [Fact]
    public async Task Takes_the_default_server_for_an_ambiguous_id_when_told_to()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.LangGraphUrl} {fixture.MastraUrl}", "MCP_AGENT_CONFLICTS=first");
        await using var client = await proxy.CreateClientAsync();

        var fields = Assert.NotNull((await client.AskAsync("echoAgent", "hello")).StructuredContent);

        Assert.Equal("conflict_default_server", fields.Get("resolutionMethod").GetString());
        Assert.Equal("server0:echoAgent", fields.Get("fullyQualifiedId").GetString());
    }

    [Fact]
    public async Task Takes_the_first_server_for_an_ambiguous_id_when_the_default_server_is_not_among_them()
    {
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS={FreePort.Url()} {fixture.LangGraphUrl} {fixture.MastraUrl}", "MCP_AGENT_CONFLICTS=first", "MASTRA_DISCOVERY_RETRIES=0");
        await using var client = await proxy.CreateClientAsync();

        var fields = Assert.NotNull((await client.AskAsync("echoAgent", "hello")).StructuredContent);

        Assert.Equal("conflict_first_available", fields.Get("resolutionMethod").GetString());
        Assert.Equal("server1:echoAgent", fields.Get("fullyQualifiedId").GetString());
    }

    [Fact]
    public async Task Finds_a_plain_id_that_one_server_has()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}");
        await using var client = await proxy.CreateClientAsync();

        var fields = Assert.NotNull((await client.AskAsync("echoAgent", "hello")).StructuredContent);

        Assert.Equal("unique_auto_resolution", fields.Get("resolutionMethod").GetString());
    }

    [Fact]
    public async Task Calls_an_agent_of_a_server_that_is_not_connected_by_its_url()
    {
        await using var proxy = await Proxy.StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("callAgent", new
        {
            targetAgentId = "echoAgent",
            interactionType = "generate",
            messages = new[] { new { role = "user", content = "hello" } },
            serverUrl = fixture.MastraUrl,
        });

        Assert.Equal("custom:echoAgent", fields.Get("fullyQualifiedId").GetString());
        Assert.Equal("explicit_url_override", fields.Get("resolutionMethod").GetString());
    }

    [Fact]
    public async Task Understands_an_id_qualified_by_host_and_port()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync($"{new Uri(fixture.MastraUrl).Authority}:echoAgent", "hello");

        Assert.Equal("server0:echoAgent", Assert.NotNull(result.StructuredContent).Get("fullyQualifiedId").GetString());
    }

    [Theory]
    [InlineData("nobody", "No agent server has an agent 'nobody'. Call listAgents to see what there is.")]
    [InlineData(
        "ECHOAGENT",
        "No agent server has an agent 'ECHOAGENT'. Did you mean 'server0:echoAgent' or 'server1:echoAgent'? Call listAgents to see what there is.")]
    [InlineData(
        "wetherAgnet",
        "No agent server has an agent 'wetherAgnet'. Did you mean 'server0:weatherAgent' or 'server1:weatherAgent'? Call listAgents to see what there is.")]
    [InlineData(
        "Echo Agent",
        "No agent server has an agent 'Echo Agent'. Did you mean 'server0:echoAgent' or 'server1:echoAgent'? Call listAgents to see what there is.")]
    [InlineData(
        "sever1:echoAgent",
        "No agent server is called 'sever1'. Did you mean 'server1'? There is 'server0', 'server1'. Call listAgents to see what there is.")]
    [InlineData("team:echoAgent", "No agent server is called 'team'. There is 'server0', 'server1'. Call listAgents to see what there is.")]
    [InlineData("server0:", "'server0:' names no agent. Use 'server:agentId', as listAgents shows it.")]
    [InlineData(
        "server0:nobody",
        "Agent server 'server0' has no agent 'nobody'. It has 'echoAgent', 'weatherAgent', 'slowAgent', 'memoryAgent', 'relayAgent', 'approvalAgent'.")]
    [InlineData(
        "server1:echo",
        "Agent server 'server1' has no agent 'echo'. Did you mean 'echoAgent'? "
        + "It has 'echoAgent', 'weatherAgent', 'slowAgent', 'memoryAgent', 'relayAgent', 'approvalAgent'.")]
    public async Task Says_what_to_do_when_an_id_names_no_agent(string agentId, string expected)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var result = await client.AskAsync(agentId, "hello");

        Assert.True(result.IsError);
        Assert.Equal(expected, result.Text());
    }

    [Fact]
    public async Task Passes_options_on_to_the_server()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var fields = await client.FieldsAsync("callAgent", new
        {
            targetAgentId = "server0:memoryAgent",
            interactionType = "generate",
            messages = new[] { new { role = "user", content = "hello" } },
            agentOptions = new { messages = new[] { new { role = "user", content = "from the options" } } },
        });

        Assert.Contains("from the options", fields.Get("responseData", "text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Puts_every_field_into_the_text_for_clients_that_read_it_there()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_RESULT_TEXT=json");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:echoAgent", "it's so");

        Assert.StartsWith("{\"success\":true,\"responseData\":{\"text\":\"echo: it's so\"", result.Text(), StringComparison.Ordinal);
    }
}
