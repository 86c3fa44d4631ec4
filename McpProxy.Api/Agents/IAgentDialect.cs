using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents;

/// <summary>
/// Speaks the HTTP dialect of one type of agent server. Each has a folder in <c>Dialects</c>, with all that is its own: JSON, errors, settings,
/// and credentials of a type if one credential is for all its servers.
/// </summary>
/// <remarks>
/// There is one instance for all servers of the type, used by many calls at once. All it needs to know about a server is in the
/// <see cref="AgentServer"/> it is handed. It sends through the one client in <c>Outbound</c>, which sees to limits, credentials and addresses, and
/// throws <see cref="ProxyException"/>, with a sentence that ends with the next step, for whatever goes wrong: the server can't be reached, it answers
/// with an error, or not in this dialect (<see cref="ErrorKind.InvalidResponse"/>). <see cref="OperationCanceledException"/> goes through.
/// Most of that is done by then: what is left to a dialect is the 404 of an agent, an answer of another form, a failure inside an answer, and an id that
/// fits into no path. <c>AgentErrors</c> in <c>Outbound</c> has the sentences.
/// What servers say is anybody's: names, descriptions, finish reasons and error texts are cleaned with <see cref="RemoteText"/>. The text of the answer
/// stays as it was said, and what describes an agent is cleaned by whoever asked.
/// A dialect whose runs go on without a connection implements <see cref="IResumableRuns"/> too.
/// </remarks>
internal interface IAgentDialect
{
    /// <summary>What results, connections and settings call this type of server: letters, digits, <c>_</c> and <c>-</c>.</summary>
    string ServerType { get; }

    /// <summary>The members of <see cref="AgentCall.Options"/> that name a conversation, in place of <see cref="AgentCall.ThreadId"/>.</summary>
    IReadOnlyList<string> ConversationOptions => [];

    /// <summary>
    /// Lists the agents that the server offers, reading every page. It probes too: a server without a type is asked in each dialect, so what another
    /// type of server answers must not pass for a list. An empty list is an answer too; whoever probes takes it for none. Ids that are not
    /// <see cref="Agent.IsUsable"/> are left out.
    /// </summary>
    /// <param name="server">
    /// Whom to ask. While this dialect is a guess it has no type, or this one after a 401, so that the credentials for the type go along.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ProxyException">Also when the answer shows that the server does not speak this dialect.</exception>
    Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken);

    /// <summary>Gets everything the server tells a caller about an agent.</summary>
    /// <exception cref="ProxyException">Of kind <see cref="ErrorKind.AgentNotFound"/> if there is no such agent.</exception>
    Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken);

    /// <summary>
    /// Sends messages to an agent, once, and tells of its reply as it arrives. The first update comes when the server has accepted the call. An update
    /// with a <see cref="AgentUpdate.Reply"/> is the whole reply; without one, the reply is put together from the pieces. Where somebody follows the text
    /// (<see cref="AgentCall.WantsText"/>), a server that can is asked for pieces, also for <see cref="InteractionType.Generate"/>. What a server has no
    /// place for is left out, except messages. Where nothing waits for <see cref="AgentCall.Resume"/>, the call is refused and nothing is sent.
    /// </summary>
    /// <param name="server">Where the agent is.</param>
    /// <param name="call">What to send.</param>
    /// <param name="cancellationToken">Ends the run on the server too: by the connection that closes, or else the dialect has to see to it.</param>
    /// <exception cref="ProxyException">Of kind <see cref="ErrorKind.AgentNotFound"/> if there is no such agent.</exception>
    IAsyncEnumerable<AgentUpdate> CallAsync(AgentServer server, AgentCall call, CancellationToken cancellationToken);
}
