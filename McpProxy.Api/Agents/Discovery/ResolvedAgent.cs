using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>An agent, the server that hosts it, and the dialect that it speaks.</summary>
internal sealed record ResolvedAgent(AgentServer Server, string AgentId, IAgentDialect Dialect, ResolutionMethod Method)
{
    public string QualifiedId => Qualify(Server, AgentId);

    public static string Qualify(AgentServer server, string agentId) => $"{server.Name}:{agentId}";

    /// <inheritdoc cref="IAgentDialect.CallAsync"/>
    /// <exception cref="ProxyException">It is to resume what servers of its type can't. Nothing was sent.</exception>
    public IAsyncEnumerable<AgentUpdate> CallAsync(AgentCall call, CancellationToken cancellationToken)
        => call.Resume is null || Dialect.CanResume
            ? Dialect.CallAsync(Server, call, cancellationToken)
            : throw new ProxyException(
                ErrorKind.InvalidArgument,
                $"Agent '{AgentId}' can't be resumed: the proxy resumes no runs on servers of type '{Dialect.ServerType}', as {Server.Label} is. "
                + "Send it messages instead of resume.");
}
