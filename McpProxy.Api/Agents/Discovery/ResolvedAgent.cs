using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>An agent, the server that hosts it, and the dialect that it speaks.</summary>
internal sealed record ResolvedAgent(AgentServer Server, string AgentId, IAgentDialect Dialect, ResolutionMethod Method)
{
    public string QualifiedId => Qualify(Server, AgentId);

    public static string Qualify(AgentServer server, string agentId) => $"{server.Name}:{agentId}";
}
