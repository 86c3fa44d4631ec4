using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents;

/// <summary>
/// What an <see cref="IAgentDialect"/> may do besides: its runs go on by themselves, so that they can be joined again from anywhere, also by another
/// process. Its calls say where, in <see cref="AgentUpdate.Run"/>.
/// </summary>
internal interface IResumableRuns
{
    /// <summary>
    /// Reads the reply of a run that was begun earlier, from its beginning, and looks after the run as if it had been begun here: nothing is begun again,
    /// and what the server kept for the run alone is deleted at its end.
    /// </summary>
    /// <param name="server">Where it runs.</param>
    /// <param name="call">What began it. Its messages are not needed.</param>
    /// <param name="run">What <see cref="AgentUpdate.Run"/> said.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    IAsyncEnumerable<AgentUpdate> JoinAsync(AgentServer server, AgentCall call, string run, CancellationToken cancellationToken);
}
