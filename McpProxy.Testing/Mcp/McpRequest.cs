using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpProxy.Testing.Mcp;

/// <summary>Messages as they go over the wire, right or, where a test wants it, wrong.</summary>
internal static class McpRequest
{
    public const string Modern = "2026-07-28";
    public const string SessionId = "Mcp-Session-Id";

    /// <summary>A POST with the headers that every revision wants, and any body.</summary>
    public static HttpRequestMessage Post(string body) => new(HttpMethod.Post, "")
    {
        Content = new StringContent(body, mediaType: new("application/json")),
        Headers = { { "Accept", "application/json, text/event-stream" } },
    };

    /// <summary>As clients of 2025-11-25 and earlier send it, without an id a notification.</summary>
    public static HttpRequestMessage Legacy(string method, object parameters, object? id = null, string? session = null)
    {
        var request = Post(JsonSerializer.Serialize(id is null
            ? new { jsonrpc = "2.0", method, @params = parameters }
            : (object)new { jsonrpc = "2.0", id, method, @params = parameters }));
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        if (session is not null)
        {
            request.Headers.Add(SessionId, session);
        }

        return request;
    }

    public static HttpRequestMessage Initialize() => Legacy(
        "initialize",
        new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "test", version = "1" } },
        id: 1);

    /// <summary>As clients of 2026-07-28 send it, with its metadata.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="capabilities">What the client can do, as JSON.</param>
    public static HttpRequestMessage OfModern(string method, object? parameters = null, string capabilities = "{}")
    {
        var message = JsonSerializer.SerializeToNode(parameters ?? new { })!.AsObject();
        message["_meta"] = new JsonObject
        {
            [MetaKeys.ProtocolVersion] = Modern,
            [MetaKeys.ClientCapabilities] = capabilities is "{}" ? new JsonObject() : JsonNode.Parse(capabilities),
        };
        var request = Post(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 7, method, @params = message }));
        request.Headers.Add("MCP-Protocol-Version", Modern);
        request.Headers.Add("Mcp-Method", method);
        if ((message["name"] ?? message["taskId"]) is { } name)
        {
            request.Headers.Add("Mcp-Name", (string?)name);
        }

        return request;
    }

    /// <summary>Calls an agent, in every revision under the same id.</summary>
    public static HttpRequestMessage CallAgent(string revision, string agent, string? session = null, string text = "go")
    {
        var parameters = new
        {
            name = "callAgent",
            arguments = new { targetAgentId = agent, interactionType = "stream", messages = new[] { new { role = "user", content = text } } },
        };

        return revision is Modern ? OfModern("tools/call", parameters) : Legacy("tools/call", parameters, id: 7, session);
    }
}
