using McpProxy.Api;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using McpProxy.Tests.Outbound;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Connections;

/// <summary>What the entries of <c>AGENT_SERVERS</c> can say: a URL, and a name and a type in front of it.</summary>
public sealed class AgentServersSettingTests(ProxyFixture agents) : IClassFixture<ProxyFixture>
{
    [Fact]
    public async Task A_server_has_the_name_and_the_type_that_stand_in_front_of_its_url()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS=billing=langgraph+{agents.LangGraphUrl},{agents.MastraUrl}");
        await using var client = await proxy.CreateClientAsync();

        var servers = (await client.FieldsAsync("listAgents")).Get("serverAgents");

        Assert.Equal(
            [("billing", "langgraph", "online"), ("server1", "mastra", "online")],
            servers.EnumerateArray().Select(server => (
                server.Get("serverName").GetString(), server.Get("serverType").GetString(), server.Get("status").GetString())));
        Assert.Equal("echo: hi", (await client.AskAsync("billing:echoAgent", "hi")).Text());
    }

    [Fact]
    public async Task A_server_may_be_there_for_some_of_its_agents()
    {
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS=some={agents.LangGraphUrl} {agents.MastraUrl}", "AGENT_SERVER_AGENTS:SOME=memoryAgent echoAgent");
        await using var client = await proxy.CreateClientAsync();

        var servers = (await client.FieldsAsync("listAgents")).Get("serverAgents");

        Assert.Equal(["echoAgent", "memoryAgent"], servers.Get(0).Get("agents").EnumerateArray().Select(agent => agent.Get("id").GetString()));
        Assert.Equal("echo: hi", (await client.AskAsync("some:echoAgent", "hi")).Text());
        Assert.Equal(
            "Agent server 'some' has no agent 'slowAgent'. It has 'echoAgent', 'memoryAgent'.", (await client.AskAsync("some:slowAgent", "hi")).Text());
        Assert.Equal("one two three four five six seven eight nine ten", (await client.AskAsync("slowAgent", "hi")).Text().Trim());
    }

    [Theory]
    [InlineData("http://a", "server0", null, "http://a")]
    [InlineData("http://a/path=x+y://z", "server0", null, "http://a/path=x+y://z")]
    [InlineData("https://a/mastra+x", "server0", null, "https://a/mastra+x")]
    [InlineData("a=http://a/b=c", "a", null, "http://a/b=c")]
    [InlineData("mastra+http://a", "server0", "mastra", "http://a")]
    [InlineData("my_a-1=mastra+https://a/x", "my_a-1", "mastra", "https://a/x")]
    [InlineData("a=HTTP://A", "a", null, "http://a")]
    [InlineData("server0=http://a", "server0", null, "http://a")]
    public async Task Name_and_type_may_be_left_out_and_a_path_may_contain_equals_and_plus_signs(string entry, string name, string? type, string url)
    {
        await using var app = ProxyApp.Build([$"--AGENT_SERVERS={entry}"]);

        var server = Assert.Single(app.Services.GetRequiredService<ConnectionOptions>().StaticServers);

        Assert.Equal((name, type, url), (server.Name, server.Type, server.Url.ToString()));
    }

    [Fact]
    public async Task A_url_that_is_repeated_counts_once_and_leaves_its_number_out()
    {
        await using var app = ProxyApp.Build(["--AGENT_SERVERS=http://a HTTP://A:80/ server1=http://b http://c"]);

        Assert.Equal(["server0", "server1", "server3"], app.Services.GetRequiredService<ConnectionOptions>().StaticServers.Select(server => server.Name));
    }

    [Theory]
    [InlineData(
        "http://a x=ftp://b",
        "AGENT_SERVERS holds an entry that is no agent server: it is not an absolute http:// or https:// URL. It is number 2 of 2.")]
    [InlineData("x=localhost:1", "AGENT_SERVERS holds an entry that is no agent server: it is not an absolute http:// or https:// URL. It is number 1 of 1.")]
    [InlineData("a.b=http://a", "AGENT_SERVERS holds an entry whose name can't be used: a name consists of letters, digits, '_' and '-'. It is number 1 of 1.")]
    [InlineData("=http://a", "AGENT_SERVERS holds an entry whose name can't be used: a name needs at least one character. It is number 1 of 1.")]
    [InlineData(
        "7=http://a",
        "AGENT_SERVERS holds an entry whose name can't be used: programs that share the connection backend would read it as a number or a truth value. "
        + "It is number 1 of 1.")]
    [InlineData(
        "http://a x=langraph+http://b",
        "AGENT_SERVERS holds an entry whose type can't be used: 'langraph' is no type of agent server. Did you mean 'langgraph'? "
        + "There is {types}. It is number 2 of 2.")]
    [InlineData(
        "+http://a",
        "AGENT_SERVERS holds an entry whose type can't be used: '' is no type of agent server. There is {types}. It is number 1 of 1.")]
    [InlineData(
        "x=http://a X=http://b",
        "AGENT_SERVERS gives numbers 1 and 2 the same name, 'X'. Write name=url to give one of them another; "
        + "without a name they are server0, server1, ... in their order.")]
    [InlineData(
        "server1=http://a http://b",
        "AGENT_SERVERS gives numbers 1 and 2 the same name, 'server1'. Write name=url to give one of them another; "
        + "without a name they are server0, server1, ... in their order.")]
    [InlineData("http://a x=http://a/", "AGENT_SERVERS holds a URL twice, under another name or type the second time. That is number 2 of 2.")]
    [InlineData("mastra+http://a langgraph+http://a", "AGENT_SERVERS holds a URL twice, under another name or type the second time. That is number 2 of 2.")]
    public void An_entry_that_can_not_be_used_is_named_by_its_number(string agentServers, string sentence)
    {
        var types = $"'{string.Join("', '", Proxy.ServerTypes)}'";

        var failure = Assert.Throws<SettingsException>(() => ProxyApp.Build([$"--AGENT_SERVERS={agentServers}"]));

        Assert.Equal(sentence.Replace("{types}", types, StringComparison.Ordinal), failure.Message);
    }

    [Fact]
    public async Task A_server_whose_type_is_declared_is_asked_as_that_and_as_nothing_else()
    {
        await using var hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        var url = hostile.Url(HostileAgentServer.FriendlyGraph);
        await using var proxy = await HostileServerFixture.StartAsync($"right=langgraph+{url}/ wrong=langgraph+{hostile.Url(HostileAgentServer.Friendly)}");
        await using var client = await proxy.CreateClientAsync();

        var servers = (await client.FieldsAsync("listAgents")).Get("serverAgents");

        Assert.Equal(("online", "langgraph"), (servers.Get(0, "status").GetString(), servers.Get(0, "serverType").GetString()));
        Assert.Equal(("error", "langgraph"), (servers.Get(1, "status").GetString(), servers.Get(1, "serverType").GetString()));
        Assert.All(hostile.Requests, request => Assert.EndsWith("/assistants/search", request.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--AGENT_SERVER_AGENTS:b=x", "AGENT_SERVER_AGENTS__b is for no server in AGENT_SERVERS. Name one of: a.")]
    [InlineData("--AGENT_SERVER_AGENTS:a=", "AGENT_SERVER_AGENTS__a can't be used: it must hold from 1 to 1000 ids of agents.")]
    public void Agents_of_no_server_and_no_agents_are_refused(string setting, string sentence)
        => Assert.Equal(sentence, Assert.Throws<SettingsException>(() => ProxyApp.Build(["--AGENT_SERVERS=a=http://a", setting])).Message);
}
