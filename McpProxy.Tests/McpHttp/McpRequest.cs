using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.McpHttp;

/// <summary>Messages as they go over the wire, right or, where a test wants it, wrong.</summary>
internal static class McpRequest
{
    public const string Modern = "2026-07-28";

    /// <summary>A POST with the headers that every revision wants, and any body.</summary>
    public static HttpRequestMessage Post(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "")
        {
            Content = new StringContent(body, mediaType: new("application/json")),
            Headers = { { "Accept", "application/json, text/event-stream" } },
        };

        return request;
    }

    public static HttpRequestMessage Post(string method, object parameters, object? id) =>
        Post(JsonSerializer.Serialize(id is null
            ? new { jsonrpc = "2.0", method, @params = parameters }
            : (object)new { jsonrpc = "2.0", id, method, @params = parameters }));

    /// <summary>As clients of 2025-11-25 and earlier send it, without an id a notification.</summary>
    public static HttpRequestMessage Legacy(string method, object parameters, object? id = null, string? session = null)
    {
        var request = Post(method, parameters, id);
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        if (session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", session);
        }

        return request;
    }

    public static HttpRequestMessage Initialize() => Post(
        "initialize",
        new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "test", version = "1" } },
        id: 1);

    /// <summary>As clients of 2026-07-28 send it, with its metadata.</summary>
    public static HttpRequestMessage ModernCall(string tool, object arguments, object? id = null)
    {
        var request = ModernRequest("tools/call", new() { ["name"] = tool, ["arguments"] = JsonSerializer.SerializeToNode(arguments) }, id);
        request.Headers.Add("Mcp-Name", tool);

        return request;
    }

    public static HttpRequestMessage ModernRequest(string method, JsonObject parameters, object? id = null)
    {
        parameters["_meta"] = new JsonObject
        {
            [MetaKeys.ProtocolVersion] = Modern,
            [MetaKeys.ClientCapabilities] = new JsonObject(),
        };
        var request = Post(method, parameters, id ?? 1);
        request.Headers.Add("MCP-Protocol-Version", Modern);
        request.Headers.Add("Mcp-Method", method);

        return request;
    }

    /// <returns>The one message of an answer in JSON.</returns>
    public static async Task<JsonNode> ReadMessageAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);

        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }
}
