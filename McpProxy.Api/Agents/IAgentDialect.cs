using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;

namespace McpProxy.Api.Agents;

/// <summary>Speaks the HTTP dialect of one type of agent server. One implementation per type.</summary>
/// <remarks>
/// All a client needs to know about a server is in the <see cref="AgentServer"/> it is handed. It sends through the one client in
/// <c>Outbound</c>, throws <see cref="ProxyException"/> when the server can't be reached or answers with an error, and lets
/// <see cref="OperationCanceledException"/> through.
/// </remarks>
internal interface IAgentDialect
{
    /// <summary>The name that results and stored connections use for this type of server.</summary>
    string ServerType { get; }

    /// <summary>Lists the agents that the server offers, reading every page.</summary>
    /// <exception cref="ProxyException">Also when the answer shows that the server does not speak this dialect.</exception>
    Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken);

    /// <summary>Gets everything the server tells about an agent.</summary>
    Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, CancellationToken cancellationToken);

    /// <summary>
    /// Sends messages to an agent, once, and tells of its reply as it arrives. The first update comes when the server has accepted the call, and
    /// the last one of <see cref="InteractionType.Generate"/> holds the whole reply.
    /// </summary>
    IAsyncEnumerable<AgentUpdate> CallAsync(AgentServer server, AgentCall call, CancellationToken cancellationToken);
}
