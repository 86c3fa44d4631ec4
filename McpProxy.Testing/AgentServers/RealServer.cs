namespace McpProxy.Testing.AgentServers;

/// <summary>The agent servers of <c>Interop/servers</c>, open and with <see cref="RealAgentServer.Secret"/> asked for.</summary>
public enum RealServer
{
    Mastra1,
    Mastra010,
    LangGraph,
    Mastra1WithToken,
    LangGraphWithKey,
    A2A,
    A2AWithToken,
}
