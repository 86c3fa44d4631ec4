using System.Net.Http.Json;
using System.Text.Json;

namespace McpProxy.Tests.Interop;

/// <summary>Which assistants of a real LangGraph server are listed, and under which ids.</summary>
public sealed class LangGraphAssistantsTests(RealAgentServers servers)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_an_assistant_that_people_made_under_an_id_of_its_own()
    {
        var server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        using var direct = new HttpClient { BaseAddress = server.Url };
        var id = await CreateAsync(direct, "echo", "Second Echo");
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url}");
        await using var client = await proxy.CreateClientAsync();

        var agents = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0, "agents").EnumerateArray().ToList();

        Assert.Equal("Second Echo", agents.Single(agent => agent.Get("id").GetString() == id).Get("name").GetString());
        Assert.Single(agents, agent => agent.Get("id").GetString() is "echo");
        Assert.Equal("echo 1: hello", (await client.AskAsync($"server0:{id}", "hello")).Text());
        Assert.Equal("echo", (await client.FieldsAsync("describeAgent", new { agentId = id })).Get("agentDetails", "graph_id").GetString());
    }

    [Fact]
    public async Task Lists_more_than_a_page_of_assistants_by_ids_that_lead_to_them()
    {
        Assert.SkipUnless(RealAgentServer.IsInstalled(RealServer.LangGraph), "LangGraph is not installed: ./test.sh installs it.");
        await using var server = await RealAgentServer.StartAsync(RealServer.LangGraph);
        using var direct = new HttpClient { BaseAddress = server.Url };
        var systemMade = await direct.GetFromJsonAsync<JsonElement>("assistants/counter", CancellationToken);
        using var deleted = await direct.DeleteAsync($"assistants/{systemMade.Get("assistant_id").GetString()}", CancellationToken);
        var counterId = await CreateAsync(direct, "counter", "Another counter");
        var made = await Task.WhenAll(Enumerable.Range(0, 120).Select(number => CreateAsync(direct, "echo", $"Echo {number}")));
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url}");
        await using var client = await proxy.CreateClientAsync();

        var agents = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0, "agents").EnumerateArray().Select(agent => agent.Get("id").GetString()!);

        Assert.Equal(new[] { "asking", "askingTwice", "echo", "failing", "pondering", "slow", "tooling", counterId }.Concat(made).Order(), agents.Order());
        Assert.Equal("""{"count":1}""", (await client.AskAsync(counterId, "count")).Text());
    }

    [Theory]
    [InlineData("LANGSMITH_API_KEY", RealAgentServer.Secret, "online")]
    [InlineData("LANGGRAPH_API_KEY", RealAgentServer.Secret, "online")]
    [InlineData("LANGSMITH_API_KEY", "", "error")]
    public async Task Shows_the_key_that_is_set_for_all_LangGraph_servers(string setting, string key, string status)
    {
        var server = await servers.GetAsync(RealServer.LangGraphWithKey, CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Url}", $"{setting}={key}");
        await using var client = await proxy.CreateClientAsync();

        var listed = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        var called = await client.AskAsync("server0:echo", "hello");

        Assert.Equal(status, listed.Get("status").GetString());
        Assert.Equal(status is "error", called.IsError is true);
        Assert.StartsWith(status is "online" ? "echo 1: hello" : "Agent server 'server0' asks for valid credentials (401).", called.Text());
    }

    private static async Task<string> CreateAsync(HttpClient direct, string graphId, string name)
    {
        using var response = await direct.PostAsJsonAsync("assistants", new { graph_id = graphId, name }, CancellationToken);

        return (await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).Get("assistant_id").GetString()!;
    }
}
