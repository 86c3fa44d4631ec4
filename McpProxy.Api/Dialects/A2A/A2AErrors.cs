using System.Net;
using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>What can go wrong with an A2A server and with no other.</summary>
internal static class A2AErrors
{
    private static readonly string[] _noTask = ["-32001", "TASK_NOT_FOUND"];
    private static readonly string[] _noMethod = ["-32601", "METHOD_NOT_FOUND"];
    private static readonly string[] _unsupported = ["-32004", "UNSUPPORTED_OPERATION", .. _noMethod];
    private static readonly string[] _noCard = ["-32007", "EXTENDED_AGENT_CARD_NOT_CONFIGURED", .. _unsupported];

    public static bool IsNoTask(ProxyException exception) => _noTask.Contains(exception.Code);

    /// <returns>Whether the server knows no such thing, so that nothing can have happened.</returns>
    public static bool IsNoMethod(ProxyException exception) => _noMethod.Contains(exception.Code);

    /// <returns>Whether the server does not do such a thing, or not (any more) with this task. An agent may have begun all the same.</returns>
    public static bool IsUnsupported(ProxyException exception) => _unsupported.Contains(exception.Code);

    /// <returns>Whether a server that was asked for the events of a task has none of it: it may still say how the task is.</returns>
    public static bool HasNoEvents(ProxyException exception) => exception switch
    {
        { Status: HttpStatusCode.NotImplemented } => true,
        { Status: HttpStatusCode.NotFound } => !IsNoTask(exception),
        _ => exception.Kind is ErrorKind.Rejected && !AgentErrors.IsTransient(exception),
    };

    public static bool IsNoCard(ProxyException exception) => _noCard.Contains(exception.Code) || exception.Kind is ErrorKind.NotFound;

    public static ProxyException NotA2A(AgentServer server, Exception? exception = null) => AgentErrors.NotInDialect(server, "an A2A server", exception);

    /// <summary>Reads JSON that came as a part of an answer.</summary>
    public static T Read<T>(AgentServer server, Func<T?> read)
    {
        try
        {
            return read() ?? throw NotA2A(server);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw NotA2A(server, exception);
        }
    }

    /// <summary>Says what an error means that came in an answer of its own, whose status says nothing of it.</summary>
    public static ProxyException Refusal(AgentServer server, A2AError error)
    {
        var code = error.Code is { ValueKind: JsonValueKind.Number or JsonValueKind.String } known ? RemoteText.Clean(known.ToString(), 50) : null;
        var detail = RemoteText.Error(error.Message);
        var said = $"({code ?? "no code"}){(detail is null ? "" : $": {detail.TrimEnd('.', ' ')}")}";
        var (kind, message) = code switch
        {
            "-32001" => (ErrorKind.NotFound, $"knows no such task {said}. Call the agent again."),
            "-32603" or "-32006" or null => (ErrorKind.AgentFailed, $"failed {said}. Its own log says more."),
            _ => (ErrorKind.Rejected, $"refused the request {said}. Correct what was sent."),
        };

        return new(kind, $"{server.Subject} {message}") { Detail = detail, Code = code };
    }

    public static ProxyException NoCard(AgentServer server, ProxyException exception) => new(
        ErrorKind.NotFound,
        $"{server.Subject} shows no agent card. Use the URL of the card itself, or below which .well-known/agent-card.json is; "
        + "where a server has a card for each of several agents, name them with 'agents'.",
        exception)
    { Status = exception.Status };

    public static ProxyException NotCallable(AgentServer server, string agentId, string problem) => new(
        ErrorKind.RefusedByPolicy, $"Agent '{RemoteText.Clean(agentId, 100)}' on server {server.Label} was not called: {problem}");

    public static ProxyException NothingWaits(AgentServer server, string threadId, ProxyException exception) => new(
        ErrorKind.NotFound,
        $"What waited for an answer on thread '{RemoteText.Clean(threadId, 200)}' is not there any more: server {server.Label} knows no such task. "
        + "Ask the agent again, with the same threadId up to the #.",
        exception)
    { Detail = exception.Detail };

    public static ProxyException Declined(AgentServer server, string agentId, string? reason)
    {
        var detail = RemoteText.Error(reason);

        return new(
            ErrorKind.Rejected,
            $"Agent '{agentId}' on server {server.Label} declined: {detail?.TrimEnd('.', ' ') ?? "it gave no reason"}. Ask for something else.")
        { Detail = detail };
    }

    public static ProxyException CancelledThere(AgentServer server, string agentId) => new(
        ErrorKind.Interrupted, $"Agent '{agentId}' on server {server.Label} was cancelled there, not by this proxy. {AgentErrors.Afterwards}");

    /// <returns>What a refused call means for the agent and the conversation it was for.</returns>
    public static ProxyException Explain(A2AAgent agent, AgentCall call, ProxyException exception) => exception switch
    {
        _ when IsNoTask(exception) && call.ThreadId is { } threadId => NothingWaits(agent.Server, threadId, exception),
        { Kind: ErrorKind.NotFound } => AgentCatalog.NoSuchAgent(agent.Server, call.AgentId, exception),
        { Kind: ErrorKind.Unauthorized, Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } when agent.Credentials is { } credentials => new(
            ErrorKind.Unauthorized, $"{exception.Message} Its card calls what it asks for {credentials}.", exception)
        { Detail = exception.Detail, Status = exception.Status },
        { Kind: ErrorKind.AgentFailed, Detail: { } detail } => AgentErrors.AgentFailed(agent.Server, call.AgentId, detail, exception),
        _ => exception,
    };
}
