using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>A Mastra server with any agents, which may become others, and which answer with their ids.</summary>
internal sealed class ChangingAgentServer : IAsyncDisposable
{
    private readonly WebApplication _app = LocalServer.Build();

    private ChangingAgentServer(string[] ids)
    {
        Describe(ids.Select(id => (id, id, (string?)null)));
        _app.MapGet("/api/agents", () => Results.Text(Agents, "application/json"));
        _app.MapPost("/api/agents/{id}/generate", (string id) => Results.Text(
            new JsonObject { ["text"] = $"I am {Uri.UnescapeDataString(id)}", ["finishReason"] = "stop" }.ToJsonString(), "application/json"));
    }

    public string Url => _app.Urls.First();

    private string Agents { get; set; } = "";

    public static async Task<ChangingAgentServer> StartAsync(params string[] ids)
    {
        var server = new ChangingAgentServer(ids);
        await server._app.StartAsync(TestContext.Current.CancellationToken);

        return server;
    }

    public void Describe(params IEnumerable<(string Id, string Name, string? Description)> agents)
        => Agents = new JsonObject(agents.Select(agent => KeyValuePair.Create(agent.Id, (JsonNode?)new JsonObject
        {
            ["name"] = agent.Name,
            ["description"] = agent.Description,
            ["instructions"] = "Answer.",
        }))).ToJsonString();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
