using System.Text.Json;

namespace McpProxy.Testing.Mcp;

/// <summary>A client that knows the tasks extension, as it goes over the wire.</summary>
internal sealed class TaskClient : IDisposable
{
    public const string Extension = "io.modelcontextprotocol/tasks";

    /// <summary>What it can do, as JSON.</summary>
    public const string Capabilities = $$$"""{"extensions":{"{{{Extension}}}":{}},"elicitation":{}}""";

    private readonly HttpClient _http;
    private readonly string _capabilities;

    /// <param name="endpoint">The proxy's endpoint.</param>
    /// <param name="canAsk">Whether it can ask its user.</param>
    /// <param name="key">The API key that it shows.</param>
    public TaskClient(Uri endpoint, bool canAsk = true, string? key = null)
    {
        _http = new() { BaseAddress = endpoint };
        _capabilities = canAsk ? Capabilities : Capabilities.Replace(",\"elicitation\":{}", "", StringComparison.Ordinal);
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }
    }

    /// <returns>The result of a call: a task, if it is long.</returns>
    public async Task<JsonElement> CallAsync(string agent, string message, bool background = true)
        => (await _http.AskAsync(McpRequest.OfModern(
            "tools/call", new { name = "callAgent", arguments = new { targetAgentId = agent, message, background } }, _capabilities))).Get("result");

    public Task<JsonElement> GetAsync(string taskId) => AskAsync("tasks/get", taskId);

    /// <returns>The task once it is not at work any more.</returns>
    public async Task<JsonElement> EndAsync(string taskId)
    {
        JsonElement task = default;
        await Wait.UntilAsync(async () => (task = await GetAsync(taskId)).Get("status").GetString() is not "working");

        return task;
    }

    public Task<JsonElement> AnswerAsync(string taskId, string key, object response)
        => AskAsync("tasks/update", taskId, new Dictionary<string, object> { [key] = response });

    /// <returns>The result of a request that must succeed.</returns>
    public async Task<JsonElement> AskAsync(string method, string taskId, object? inputResponses = null)
    {
        var message = await SendAsync(method, taskId, inputResponses);
        Assert.True(message.TryGetProperty("result", out var result), message.ToString());

        return result;
    }

    /// <returns>What is answered, also if that is an error.</returns>
    public Task<JsonElement> SendAsync(string method, string taskId, object? inputResponses = null)
        => _http.AskAsync(McpRequest.OfModern(method, new { taskId, inputResponses }, _capabilities));

    public void Dispose() => _http.Dispose();
}
