using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Runs;

/// <summary>What has to be known of a run to follow it from any replica. With a reference, it can be joined again on its agent server.</summary>
/// <remarks>
/// Of the agents that its server is there for, only this one matters: <c>IsSelected</c> says whether the connection names it.
/// </remarks>
internal sealed record RunFacts(
    string Server,
    string ServerUrl,
    string ServerType,
    string AgentId,
    ResolutionMethod Resolution,
    InteractionType InteractionType,
    DateTime StartedAt,
    string? ThreadId = null,
    string? Reference = null,
    string? Owner = null,
    bool IsSelected = false)
{
    public static RunFacts Of(ResolvedAgent agent, AgentCall call, DateTime startedAt) => new(
        agent.Server.Name, agent.Server.Url.ToString(), agent.Server.Type!, agent.AgentId, agent.Method, call.InteractionType, startedAt,
        call.KnownThreadId, Owner: call.Caller.Id, IsSelected: agent.Server.Agents is not null);

    public string QualifiedId => $"{Server}:{AgentId}";

    /// <returns>The same, with the conversation as its server called it in the end.</returns>
    public RunFacts After(CallOutcome outcome) => this with { ThreadId = outcome.ReplySoFar?.ThreadId ?? ThreadId };

    /// <summary>The call that began it, without its messages, which are not stored.</summary>
    public AgentCall ToCall() => new(AgentId, InteractionType, [], ThreadId, WantsText: true) { Caller = new(Owner, CallerRole.Caller) };

    /// <returns>The server, or <see langword="null"/> if it may not be asked: others may write to the store.</returns>
    public AgentServer? ToServer(ServerUrlPolicy policy)
        => Connections.ServerUrl.Check(ServerUrl, out var url) is null && policy.Problem(url!) is null
            ? new(Server, url!, ServerType, Agents: IsSelected ? [AgentId] : null)
            : null;
}
