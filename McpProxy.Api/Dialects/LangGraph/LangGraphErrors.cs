using System.Net;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What can go wrong with a LangGraph server and with no other.</summary>
internal static class LangGraphErrors
{
    public static ProxyException NotLangGraph(AgentServer server, Exception? exception = null)
        => AgentErrors.NotInDialect(server, "a LangGraph server", exception);

    public static ProxyException NoThreadId(AgentServer server, string threadId) => new(
        ErrorKind.InvalidArgument,
        $"'{RemoteText.Clean(threadId, 100)}' can't be a thread on server {server.Label}: LangGraph threads have UUIDs as ids. "
        + $"Use the threadId of an earlier call, or begin a new thread with this one: {Guid.NewGuid()}.");

    public static ProxyException NoThreadToResume(AgentServer server) => new(
        ErrorKind.InvalidArgument,
        $"Only a thread on server {server.Label} can be resumed. Call again with the threadId that came with the question.");

    /// <returns>What a refused call means for the agent and the thread it was for.</returns>
    public static ProxyException Explain(AgentServer server, AgentCall call, ProxyException exception) => exception switch
    {
        { Kind: ErrorKind.NotFound } => AgentCatalog.NoSuchAgent(server, call.AgentId, exception),
        { Status: HttpStatusCode.Conflict } or { Status: HttpStatusCode.UnprocessableEntity, Detail: null } when call.ThreadId is not null => new(
            ErrorKind.Rejected,
            $"Thread {call.ThreadId} on server {server.Label} is {(call.Resume is null ? "" : "not there, or ")}still at work on another call. "
            + "Wait for that to end, or use another threadId.",
            exception)
        { Detail = exception.Detail },
        { Kind: ErrorKind.Rejected, Detail: null } when call.Options is not null => new(
            ErrorKind.Rejected,
            $"{exception.Message} Check agentOptions: its members are sent as members of the run, and must be what LangGraph takes for a run.",
            exception),
        _ => exception,
    };
}
