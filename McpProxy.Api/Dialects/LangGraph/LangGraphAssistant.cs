using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>A graph and how it is configured. The server makes one for each graph, under the graph's own name; people may make more.</summary>
internal sealed record LangGraphAssistant(
    string AssistantId, string GraphId, string? Name = null, string? Description = null, LangGraphAssistantMetadata? Metadata = null)
{
    public Agent ToAgent()
    {
        // Only the server's own may go by the name of its graph: where it was deleted, the name leads nowhere, not to another one of the graph.
        var id = Metadata?.CreatedBy is "system" ? GraphId : AssistantId;

        return Agent.Of(id, Name, Description);
    }
}

internal sealed record LangGraphAssistantMetadata(string? CreatedBy = null);
