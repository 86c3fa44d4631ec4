using System.Net;
using System.Text.Json;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>What went wrong with a LangGraph server, in words that say what to do next.</summary>
internal static class LangGraphErrors
{
    private const string Afterwards = "It may have done part of its work; call it again only if doing things twice does no harm.";

    public static AgentServerException NoSuchAgent(AgentServer server, string agentId, AgentServerException? exception = null) => new(
        AgentServerError.NotFound,
        $"Agent server '{server.Name}' has no agent '{RemoteText.Clean(agentId, 100)}'. Call listAgents to see what it has.",
        exception?.Detail,
        exception);

    /// <summary>Any server may answer with an empty list; one that is known to be LangGraph's may do so too.</summary>
    public static AgentServerException NoAgents(AgentServer server) => new(
        AgentServerError.Unintelligible,
        $"Agent server '{server.Name}' lists no agents. Check that its URL is the base URL of a LangGraph server, and that it serves a graph.");

    public static AgentServerException NoThreadId(AgentServer server, string threadId) => new(
        AgentServerError.NotAllowed,
        $"'{RemoteText.Clean(threadId, 100)}' can't be a thread on server '{server.Name}': LangGraph threads have UUIDs as ids. "
        + $"Use the threadId of an earlier call, or begin a new thread with this one: {Guid.NewGuid()}.");

    public static AgentServerException Failed(AgentServer server, AgentCall call, LangGraphRunError error)
    {
        var detail = RemoteText.Error(error.Reason);
        var agent = $"Agent '{call.AgentId}' on server '{server.Name}'";
        if (call.ThreadId is null && detail?.StartsWith("No checkpointer set", StringComparison.Ordinal) is true)
        {
            return new(AgentServerError.Failed, $"{agent} stops to ask something, which needs a thread. Call it with a threadId, such as {Guid.NewGuid()}.", detail);
        }

        return new(AgentServerError.Failed, $"{agent} failed{(detail is null ? " without saying why" : $": {detail.TrimEnd('.', ' ')}")}. {Afterwards}", detail);
    }

    public static AgentServerException BrokeOff(AgentServer server, AgentCall call) => new(
        AgentServerError.Interrupted, $"Agent '{call.AgentId}' on server '{server.Name}' broke off before it answered. {Afterwards}");

    public static AgentServerException Unintelligible(AgentServer server, JsonException exception) => new(
        AgentServerError.Unintelligible,
        $"Agent server '{server.Name}' does not stream as a LangGraph server does. Check its URL and its version, or call the agent with interactionType generate.",
        null,
        exception);

    /// <returns>What a refused call means for the agent and the thread it was for.</returns>
    public static AgentServerException Explain(AgentServer server, AgentCall call, AgentServerException exception) => exception switch
    {
        { Error: AgentServerError.NotFound } => NoSuchAgent(server, call.AgentId, exception),
        { Status: HttpStatusCode.Conflict } or { Status: HttpStatusCode.UnprocessableEntity, Detail: null } when call.ThreadId is not null => new(
            AgentServerError.Refused,
            $"Thread {call.ThreadId} on server '{server.Name}' is still at work on another call. Wait for that to end, or use another threadId.",
            exception.Detail,
            exception),
        { Error: AgentServerError.Refused, Detail: null } when call.Options is not null => new(
            AgentServerError.Refused,
            $"{exception.Message} Check agentOptions: its members are sent as members of the run, and must be what LangGraph takes for a run.",
            null,
            exception),
        _ => exception,
    };
}
