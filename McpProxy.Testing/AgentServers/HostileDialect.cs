using System.Text.Json.Nodes;

namespace McpProxy.Testing.AgentServers;

/// <summary>How <see cref="HostileAgentServer"/> speaks one dialect.</summary>
/// <param name="Route">The first part of its paths.</param>
/// <param name="ListPath">Where it lists its agents, below that.</param>
/// <param name="List">What it answers there, given the agents' ids.</param>
/// <param name="Find">Which agent a path below the route and a body are about, and whether that is answered with server-sent events.</param>
/// <param name="Piece">A server-sent event with a piece of an agent's answer.</param>
/// <param name="Answer">An agent's whole answer, as server-sent events or as JSON.</param>
public sealed partial record HostileDialect(
    string Route,
    string ListPath,
    Func<IEnumerable<string>, JsonNode> List,
    Func<string, string, (string AgentId, bool IsStream)?> Find,
    Func<string, string> Piece,
    Func<string, bool, string> Answer)
{
    /// <summary>Whether its servers list their agents. Others have those that their connection names.</summary>
    public bool Lists { get; init; } = true;

    /// <summary>What is answered at some paths below the route, whichever agent they are about.</summary>
    public Func<string, JsonNode?> Always { get; init; } = _ => null;

    public static HostileDialect Mastra { get; } = new(
        HostileAgentServer.Friendly,
        "api/agents",
        ids => new JsonObject(ids.Select(id => KeyValuePair.Create(id, (JsonNode?)new JsonObject
        {
            ["id"] = id,
            ["name"] = $"The {id} agent",
            ["instructions"] = "Answer.",
            ["tools"] = new JsonObject(),
        }))),
        (path, _) => path.Split('/') is ["api", "agents", var id, .. var verb] ? (id, verb is ["stream"]) : null,
        text => $$$"""data: {"type":"text-delta","payload":{"text":"{{{text}}}"}}""" + "\n\n",
        (text, isStream) => isStream
            ? $$$$"""
                data: {"type":"text-delta","payload":{"text":"{{{{text}}}}"}}

                data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}

                data: [DONE]


                """
            : $$"""{"text":"{{text}}","finishReason":"stop","id":"echo","name":"The echo agent","instructions":"Answer."}""");

    /// <summary>An agent is called with a stream, also where the whole answer is wanted.</summary>
    public static HostileDialect LangGraph { get; } = new(
        HostileAgentServer.FriendlyGraph,
        "assistants/search",
        ids => new JsonArray([.. ids.Select(id => new JsonObject { ["assistant_id"] = id, ["graph_id"] = id, ["name"] = id })]),
        (path, body) => path.Split('/') switch
        {
            ["assistants", var id, ..] => (id, false),
            ["threads", _, "runs", "stream"] => ((string)JsonNode.Parse(body)!["assistant_id"]!, true),
            _ => null,
        },
        text => $$$"""
            event: messages
            data: [{"type":"AIMessageChunk","id":"1","content":"{{{text}}}"},{}]


            """,
        (text, _) => $$$"""
            event: values
            data: {"messages":[{"type":"ai","content":"{{{text}}}"}]}


            """);
}
