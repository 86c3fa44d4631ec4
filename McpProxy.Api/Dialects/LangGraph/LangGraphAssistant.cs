using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>A graph and how it is configured. A graph has one made by the server, which its own name stands for, and any number made by people.</summary>
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
