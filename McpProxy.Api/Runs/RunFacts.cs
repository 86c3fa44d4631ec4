using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Runs;

/// <summary>What has to be known of a run to follow it from anywhere.</summary>
/// <param name="Server">The name of the agent's server.</param>
/// <param name="ServerUrl">Where that listens.</param>
/// <param name="ServerType">The dialect it speaks.</param>
/// <param name="AgentId">The agent, by the id its server knows it by.</param>
/// <param name="Resolution">How the id that was asked for led to it.</param>
/// <param name="InteractionType">How the answer was asked for.</param>
/// <param name="StartedAt">When it was called.</param>
/// <param name="ThreadId">The conversation on the agent server.</param>
/// <param name="Reference">Where the run can be joined again, if it can.</param>
internal sealed record RunFacts(
    string Server,
    string ServerUrl,
    string ServerType,
    string AgentId,
    ResolutionMethod Resolution,
    InteractionType InteractionType,
    DateTime StartedAt,
    string? ThreadId = null,
    string? Reference = null)
{
    public static RunFacts Of(ResolvedAgent agent, AgentCall call, DateTime startedAt) => new(
        agent.Server.Name, agent.Server.Url.ToString(), agent.Server.Type!, agent.AgentId, agent.Method, call.InteractionType, startedAt, call.ThreadId);

    public string QualifiedId => $"{Server}:{AgentId}";

    /// <summary>The call that began it, but for what was said: that is not remembered.</summary>
    public AgentCall ToCall() => new(AgentId, InteractionType, [], ThreadId, WantsText: true);

    /// <returns>The server, or <see langword="null"/> if it is none that may be asked: what is read here, anybody may have written.</returns>
    public AgentServer? ToServer(ServerUrlPolicy policy)
        => Connections.ServerUrl.Check(ServerUrl, out var url) is null && policy.Problem(url!) is null ? new(Server, url!, ServerType) : null;
}
