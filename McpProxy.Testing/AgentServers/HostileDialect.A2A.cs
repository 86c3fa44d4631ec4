using System.Text.Json.Nodes;

namespace McpProxy.Testing.AgentServers;

/// <summary>
/// A2A: each agent has a card that can be read, and misbehaves where it is called, or asked for the card that it has for those with credentials.
/// </summary>
public sealed partial record HostileDialect
{
    private const string A2ARoute = "friendly-a2a";

    public static HostileDialect A2A { get; } = new(
        A2ARoute,
        ".well-known/agent-card.json",
        ids => ids.LastOrDefault() is { } id ? Card(id) : new JsonObject(),
        (path, body) => path.Split('/') is ["agents", var id] ? (id, body.Contains("\"SendStreamingMessage\"", StringComparison.Ordinal)) : null,
        text => Event($$$$"""{"artifactUpdate":{"append":true,"artifact":{"artifactId":"a","parts":[{"text":"{{{{text}}}}"}]}}}"""),
        (text, isStream) => isStream ? Event(Task(text)) : Envelope(Task(text)))
    {
        Lists = false,
        Always = path => path.Split('/') is [".well-known", var id, "agent-card.json"] ? Card(id) : null,
    };

    private static JsonObject Card(string id) => new()
    {
        ["name"] = id,
        ["capabilities"] = new JsonObject { ["streaming"] = true, ["extendedAgentCard"] = true },
        ["supportedInterfaces"] = new JsonArray(
            new JsonObject { ["url"] = $"/{A2ARoute}/agents/{id}", ["protocolBinding"] = "JSONRPC", ["protocolVersion"] = "1.0" }),
    };

    private static string Task(string text) => $$$"""
        {"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_COMPLETED"},"artifacts":[{"artifactId":"a","parts":[{"text":"{{{text}}}"}]}]}}
        """.Trim();

    private static string Envelope(string result) => $$"""{"jsonrpc":"2.0","id":"1","result":{{result}}}""";

    private static string Event(string result) => $"data: {Envelope(result)}\n\n";
}
