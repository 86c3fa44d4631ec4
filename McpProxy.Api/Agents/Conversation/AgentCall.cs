using System.Text.Json.Nodes;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>One call to an agent.</summary>
/// <param name="AgentId">The agent, by the id its server knows it by.</param>
/// <param name="InteractionType">How to ask for the answer.</param>
/// <param name="Messages">What to send, oldest first. Empty only where something is resumed.</param>
/// <param name="ThreadId">The conversation to continue on the agent server.</param>
/// <param name="ResourceId">Whom the conversation belongs to, where the server asks for that.</param>
/// <param name="Options">Members for the request body as the agent server documents them. They win over what the proxy would send.</param>
/// <param name="WantsText">Whether somebody follows the text as it comes, and needs of the whole answer no more than an <see cref="AgentReply"/> says.</param>
/// <param name="Hops">How many calls of agents led to this one: none, unless an agent calls.</param>
/// <param name="Resume">The answer to what the agent stopped to ask on the thread. It is sent in place of messages.</param>
internal sealed record AgentCall(
    string AgentId,
    InteractionType InteractionType,
    IReadOnlyList<AgentMessage> Messages,
    string? ThreadId = null,
    string? ResourceId = null,
    JsonObject? Options = null,
    bool WantsText = false,
    int Hops = 0,
    JsonNode? Resume = null)
{
    /// <summary>Whether the conversation begins here: its id is a suggestion, which a server that makes ids itself is not sent.</summary>
    public bool BeginsThread { get; init; }

    /// <summary>What the conversation is called as long as its server has not told: one that begins, or waited for an answer, may get another name.</summary>
    public string? KnownThreadId => BeginsThread || Resume is not null ? null : ThreadId;

    /// <summary>Whether nobody waits for the answer: a server that has runs of their own for that begins one.</summary>
    public bool IsBackground { get; init; }

    /// <summary>Whether the client sees that the call goes on, and so does not give up while it does.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>For whom the agent is called.</summary>
    public Caller Caller { get; init; } = Caller.Anyone;

    /// <summary>What the answer takes of the memory there is for answers.</summary>
    public MemoryLease Memory { get; init; } = MemoryLease.Unlimited;
}
