using System.Net;
using System.Text.Json;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>What went wrong with a LangGraph server, in words that say what to do next.</summary>
internal static class LangGraphErrors
{
    private const string Afterwards = "It may have done part of its work; call it again only if doing things twice does no harm.";

    /// <summary>Any server may answer with an empty list; one that is known to be LangGraph's may do so too.</summary>
    public static AgentServerException NoAgents(AgentServer server) => new(
        AgentServerError.Unintelligible,
        $"Agent server {server.Label} lists no agents. Check that its URL is the base URL of a LangGraph server, and that it serves a graph.");

    public static AgentServerException NoThreadId(AgentServer server, string threadId) => new(
        AgentServerError.NotAllowed,
        $"'{RemoteText.Clean(threadId, 100)}' can't be a thread on server {server.Label}: LangGraph threads have UUIDs as ids. "
        + $"Use the threadId of an earlier call, or begin a new thread with this one: {Guid.NewGuid()}.");

    public static AgentServerException NoThreadToResume(AgentServer server) => new(
        AgentServerError.NotAllowed,
        $"Only a thread on server {server.Label} can be resumed. Call again with the threadId that came with the question.");

    public static AgentServerException NoRun(AgentServer server) => new(
        AgentServerError.NotAllowed, $"What was remembered of a run on server {server.Label} names none. Call the agent again.");

    public static AgentServerException Failed(AgentServer server, AgentCall call, LangGraphRunError error)
    {
        var detail = RemoteText.Error(error.Reason);

        return new(
            AgentServerError.Failed,
            $"Agent '{call.AgentId}' on server {server.Label} failed{(detail is null ? " without saying why" : $": {detail.TrimEnd('.', ' ')}")}. {Afterwards}",
            detail);
    }

    public static AgentServerException BrokeOff(AgentServer server, AgentCall call) => new(
        AgentServerError.Interrupted, $"Agent '{call.AgentId}' on server {server.Label} broke off before it answered. {Afterwards}");

    /// <param name="server">Where the agent is.</param>
    /// <param name="call">What was sent.</param>
    /// <param name="exception">Why the last attempt to join the run failed.</param>
    public static AgentServerException Lost(AgentServer server, AgentCall call, AgentServerException exception) => new(
        AgentServerError.Interrupted,
        $"Agent '{call.AgentId}' on server {server.Label} broke off, and could not be reached again. {exception.Message} {Afterwards}",
        exception.Detail,
        exception);

    public static AgentServerException Gone(AgentServer server, AgentCall call) => new(
        AgentServerError.NotFound,
        $"The answer of agent '{call.AgentId}' on server {server.Label} can't be had any more: the server keeps no record of that run, "
        + $"and its thread has gone on since. {Afterwards}");

    public static AgentServerException Unintelligible(AgentServer server, JsonException? exception = null) => new(
        AgentServerError.Unintelligible,
        $"Agent server {server.Label} does not stream as a LangGraph server does. Check its URL and its version.",
        null,
        exception);

    /// <returns>Whether the connection broke, or something before the server gave up waiting for it: what was sent may have arrived.</returns>
    public static bool IsCut(AgentServerException exception) => exception
        is { Error: AgentServerError.Interrupted, InnerException: IOException or HttpRequestException }
        or { Status: HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout };

    /// <returns>Whether the same may go well a little later.</returns>
    public static bool MayPass(AgentServerException exception) => exception
        is { Error: AgentServerError.Unreachable or AgentServerError.Interrupted or AgentServerError.NoRoom or AgentServerError.NotAllowed }
        or { Status: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError };

    /// <returns>What a refused call means for the agent and the thread it was for.</returns>
    public static AgentServerException Explain(AgentServer server, AgentCall call, AgentServerException exception) => exception switch
    {
        { Error: AgentServerError.NotFound } => AgentServerFailures.NoSuchAgent(server, call.AgentId, exception),
        { Status: HttpStatusCode.Conflict } or { Status: HttpStatusCode.UnprocessableEntity, Detail: null } when call.ThreadId is not null => new(
            AgentServerError.Refused,
            $"Thread {call.ThreadId} on server {server.Label} is {(call.Resume is null ? "" : "not there, or ")}still at work on another call. "
            + "Wait for that to end, or use another threadId.",
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
