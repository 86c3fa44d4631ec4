using System.Text.Json.Nodes;

namespace McpProxy.Testing.AgentServers;

public sealed partial record HostileDialect
{
    /// <summary>Agents are entities here, which are always called with a stream.</summary>
    public static HostileDialect OpenAI { get; } = new(
        "friendly-openai",
        "v1/entities",
        ids => new JsonObject
        {
            ["entities"] = new JsonArray([.. ids.Select(id => new JsonObject { ["id"] = id, ["type"] = "agent", ["name"] = $"The {id} agent" })]),
        },
        (path, body) => path.Split('/') switch
        {
            ["v1", "entities", var id, "info"] => (id, false),
            ["v1", "responses"] => ((string)JsonNode.Parse(body)!["model"]!, true),
            _ => null,
        },
        text => $$"""data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"{{text}}"}""" + "\n\n",
        (text, isStream) => isStream
            ? $$$"""
                data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"{{{text}}}"}

                data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}


                """
            : """{"id":"echo","type":"agent","name":"The echo agent"}""");
}
