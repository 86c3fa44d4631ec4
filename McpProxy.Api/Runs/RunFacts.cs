using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Runs;

/// <summary>What has to be known of a run to follow it from any replica. With a reference, it can be joined again on its agent server.</summary>
/// <remarks>
/// Of the agents that its server is there for, only this one matters: <c>IsSelected</c> says whether the connection names it. What is last is needed
/// to answer what the agent stops to ask.
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
    bool IsSelected = false,
    bool BeginsThread = false,
    string? ResourceId = null,
    JsonObject? Options = null,
    int Hops = 0)
{
    public static RunFacts Of(ResolvedAgent agent, AgentCall call, DateTime startedAt) => new(
        agent.Server.Name, agent.Server.Url.ToString(), agent.Server.Type!, agent.AgentId, agent.Method, call.InteractionType, startedAt,
        call.KnownThreadId, Owner: call.Caller.Id, IsSelected: agent.Server.Agents is not null,
        BeginsThread: call.BeginsThread, ResourceId: call.ResourceId, Options: call.Options, Hops: call.Hops);

    public string QualifiedId => $"{Server}:{AgentId}";

    /// <returns>The same, with the conversation as its server called it in the end.</returns>
    public RunFacts After(CallOutcome outcome)
        => outcome.ReplySoFar?.ThreadId is { } threadId && threadId != ThreadId ? this with { ThreadId = threadId } : this;

    /// <summary>The call that began it, without its messages, which are not stored.</summary>
    public AgentCall ToCall() => new(AgentId, InteractionType, [], ThreadId, WantsText: true) { Caller = new(Owner, CallerRole.Caller) };

    /// <summary>A call that answers what the agent stopped to ask.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="caller">Whoever answers. The run stays whose it is.</param>
    public AgentCall ToAnswer(JsonNode answer, Caller caller) => ToCall() with
    {
        ResourceId = ResourceId,
        Options = Options,
        Hops = Hops,
        Resume = answer,
        IsBackground = true,
        Caller = caller with { Id = Owner },
    };

    /// <returns>The agent, or <see langword="null"/> if its server may not be asked: others may write to the store.</returns>
    public ResolvedAgent? ToAgent(AgentCatalog catalog, ServerUrlPolicy policy)
    {
        if (Connections.ServerUrl.Check(ServerUrl, out var url) is not null || policy.Problem(url!) is not null)
        {
            return null;
        }

        var server = new AgentServer(Server, url!, ServerType, Agents: IsSelected ? [AgentId] : null);

        return new(server, AgentId, catalog.DialectFor(server), Resolution);
    }
}
