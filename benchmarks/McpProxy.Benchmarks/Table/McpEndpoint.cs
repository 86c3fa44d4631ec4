using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpProxy.Benchmarks.Table;

/// <summary>An MCP endpoint, in the newest revision of the protocol that it speaks.</summary>
internal sealed class McpEndpoint
{
    private const string LegacyRevision = "2025-11-25";

    private readonly Uri _url;
    private readonly string? _session;
    private readonly bool _isModern;

    private McpEndpoint(Uri url, bool isModern, string? session) => (_url, _isModern, _session) = (url, isModern, session);

    /// <summary>An endpoint that speaks 2026-07-28, without a session.</summary>
    public static McpEndpoint Modern(Uri url) => new(url, isModern: true, session: null);

    /// <summary>An endpoint that is spoken to as clients of 2025-11-25 do.</summary>
    public static McpEndpoint Legacy(Uri url, string? session = null) => new(url, isModern: false, session);

    /// <summary>Finds out how to speak to an endpoint, and begins a session if it wants one.</summary>
    public static async Task<McpEndpoint> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        using var connection = await LoadConnection.OpenAsync(url, cancellationToken);
        var modern = Modern(url);
        await connection.SendAsync(modern.Ask("tools/list", [], "").Request, cancellationToken);
        if (connection.IsSuccess && connection.Body.IndexOf("\"callAgent\""u8) >= 0)
        {
            return modern;
        }

        using var next = await LoadConnection.OpenAsync(url, cancellationToken);
        await Legacy(url).Initialize().SendAsync(next, cancellationToken);
        var legacy = Legacy(url, next.Header(McpRequest.SessionId));
        await legacy.Initialized().SendAsync(next, cancellationToken);

        return legacy;
    }

    public Call Initialize() => Ask(
        "initialize",
        new()
        {
            ["protocolVersion"] = LegacyRevision,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "benchmark", ["version"] = "1" },
        },
        "\"protocolVersion\"");

    public Call Initialized() => Message(new() { ["jsonrpc"] = "2.0", ["method"] = "notifications/initialized" }, "", "");

    /// <summary>Calls an agent of an <see cref="InstantAgentServer"/>.</summary>
    public Call CallAgent(string agentId) => CallTool(
        "callAgent",
        new()
        {
            ["targetAgentId"] = agentId,
            ["interactionType"] = "generate",
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hi there" }),
        },
        InstantAgentServer.Answer);

    public Call ListAgents(string expected) => CallTool("listAgents", [], expected);

    private Call CallTool(string name, JsonObject arguments, string expected)
        => Ask("tools/call", new() { ["name"] = name, ["arguments"] = arguments }, expected);

    private Call Ask(string method, JsonObject parameters, string expected)
    {
        var headers = "";
        if (_isModern)
        {
            parameters["_meta"] = new JsonObject { [MetaKeys.ProtocolVersion] = McpRequest.Modern, [MetaKeys.ClientCapabilities] = new JsonObject() };
            headers = $"Mcp-Method: {method}\r\n{(parameters["name"] is { } name ? $"Mcp-Name: {name}\r\n" : "")}";
        }

        return Message(new() { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = parameters }, headers, expected);
    }

    private Call Message(JsonObject message, string headers, string expected) => Call.Post(
        _url,
        $"MCP-Protocol-Version: {(_isModern ? McpRequest.Modern : LegacyRevision)}\r\n"
        + $"{(_session is null ? "" : $"{McpRequest.SessionId}: {_session}\r\n")}{headers}",
        message.ToJsonString(),
        expected);
}
