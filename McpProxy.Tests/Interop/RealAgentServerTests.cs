using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace McpProxy.Tests.Interop;

/// <summary>The real agent servers behave as the other interop tests expect.</summary>
public sealed class RealAgentServerTests(RealAgentServers servers) : IDisposable
{
    /// <summary>Closes what it leaves at once: else it would read on for two seconds, in which a slow answer may end.</summary>
    private readonly HttpClient _http = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RealServer.Mastra1)]
    [InlineData(RealServer.Mastra010)]
    [InlineData(RealServer.Mastra1WithToken)]
    public async Task Mastra_lists_its_agents_by_id(RealServer kind)
    {
        var server = await servers.GetAsync(kind, CancellationToken);
        _http.DefaultRequestHeaders.Authorization = new("Bearer", RealAgentServer.Secret);

        var agents = await _http.GetFromJsonAsync<Dictionary<string, JsonElement>>(new Uri(server.Url, "api/agents"), CancellationToken);

        Assert.Equal("Echo Agent", agents!["echoAgent"].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(RealServer.LangGraph)]
    [InlineData(RealServer.LangGraphWithKey)]
    public async Task LangGraph_lists_an_assistant_for_every_graph(RealServer kind)
    {
        var server = await servers.GetAsync(kind, CancellationToken);
        _http.DefaultRequestHeaders.Add("x-api-key", RealAgentServer.Secret);

        using var response = await _http.PostAsJsonAsync(new Uri(server.Url, "assistants/search"), new { limit = 100 }, CancellationToken);
        var assistants = await response.Content.ReadFromJsonAsync<JsonElement[]>(CancellationToken);

        string[] graphs = ["asking", "counter", "echo", "failing", "slow", "tooling"];
        Assert.Superset(graphs.ToHashSet(), assistants!.Select(assistant => assistant.GetProperty("graph_id").GetString()!).ToHashSet());
    }

    [Theory]
    [InlineData(RealServer.Mastra1WithToken, "GET", "api/agents")]
    [InlineData(RealServer.LangGraphWithKey, "POST", "assistants/search")]
    public async Task Refuses_a_request_without_the_secret(RealServer kind, string method, string path)
    {
        var server = await servers.GetAsync(kind, CancellationToken);
        using var request = new HttpRequestMessage(new(method), new Uri(server.Url, path)) { Content = JsonContent.Create(new { limit = 1 }) };

        using var response = await _http.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Mastra_says_on_its_console_that_it_stopped_a_model()
    {
        var server = await servers.GetAsync(RealServer.Mastra1, CancellationToken);
        var prompt = $"{Guid.NewGuid()}";
        var began = server.WaitForOutputAsync($"mock-slow began on '{prompt}'");
        var stopped = server.WaitForOutputAsync($"words on '{prompt}'");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "api/agents/slowAgent/stream"))
        {
            Content = JsonContent.Create(new { messages = new[] { new { role = "user", content = prompt } } }),
        };

        using (await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken))
        {
            // Leaves in the middle of the answer: a model that has not begun need not be stopped.
            await began;
        }

        await stopped;
    }

    public void Dispose() => _http.Dispose();
}
