using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpProxy.Testing.Mcp;

/// <summary>What really goes over the wire: clients hide how much that is, and can't send what they think wrong.</summary>
internal static class Wire
{
    /// <returns>The message that the proxy answers, as it sends it.</returns>
    public static async Task<string> AskAsync(this Proxy proxy, string method, string parameters)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, proxy.Endpoint)
        {
            Content = new StringContent($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        return body.Split('\n').Single(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..];
    }

    /// <returns>The message that the proxy answers to a request, whatever its status.</returns>
    public static async Task<JsonElement> AskAsync(this HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var message = body.Split('\n').LastOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal))?["data: ".Length..] ?? body;

            return JsonSerializer.Deserialize<JsonElement>(message);
        }
    }

    public static Task<string> CallAgentAsync(this Proxy proxy, string arguments)
        => proxy.AskAsync("tools/call", $$"""{"name":"callAgent","arguments":{{arguments}}}""");
}
