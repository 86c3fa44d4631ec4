using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers;

/// <summary>What a server said about its agents when it was last asked, or why it did not.</summary>
/// <param name="Server">The server, with its type where that is known.</param>
/// <param name="Agents">Its agents; none when asking failed.</param>
/// <param name="Failure">Why asking failed.</param>
internal sealed record AgentListing(AgentServer Server, IReadOnlyList<Agent> Agents, AgentServerException? Failure = null);
