using System.Net;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>What can go wrong with an OpenAI-compatible server and with no other.</summary>
internal static class OpenAIErrors
{
    private static readonly string[] _agents = ["agent", "model", "entity"];
    private static readonly string[] _threads = ["previous_response", "conversation"];

    public static ProxyException NotOpenAI(AgentServer server, Exception? exception = null)
        => AgentErrors.NotInDialect(server, "an OpenAI-compatible server", exception);

    public static ProxyException NoList(AgentServer server, ProxyException exception) => new(
        ErrorKind.InvalidResponse,
        $"{server.Subject} lists neither models nor entities, so it is not known which agents it has. Check its URL, or name its agents when connecting it "
        + "(agents, or the setting AGENT_SERVER_AGENTS).",
        exception);

    public static ProxyException OtherAgent(AgentServer server, AgentCall call) => new(
        ErrorKind.InvalidArgument,
        $"Nothing was sent: agentOptions must not name another agent than '{call.AgentId}' on server {server.Label}. Call that one by its own id.");

    public static ProxyException NoAnswer(AgentServer server, OpenAIThread? thread) => new(
        ErrorKind.InvalidArgument,
        thread is { Requests.Count: > 0 }
            ? $"Nothing was sent: resume must be true, false or {{\"approve\": false, \"reason\": \"...\"}}, or an object with one of these for each of "
                + $"{string.Join(", ", thread.Requests.Select(id => $"'{RemoteText.Clean(id, 200)}'"))}."
            : $"Nothing waits for an answer there on server {server.Label}. Call again with the threadId that came with the question.");

    public static ProxyException NoResume(AgentServer server) => new(
        ErrorKind.InvalidArgument,
        $"{server.Subject} has only Chat Completions, where nothing waits for an answer. Send it messages instead of resume.");

    public static ProxyException NoEndpoint(AgentServer server, ProxyException exception) => new(
        ErrorKind.NotFound,
        $"{server.Subject} has neither Responses nor Chat Completions below its URL. Check that URL: what is asked is <URL>/v1/responses, without the v1 "
        + "where the URL ends with it.",
        exception)
    { Detail = exception.Detail };

    /// <summary>Says that an agent stopped for a tool that nobody has here.</summary>
    public static ProxyException WantsTools(AgentServer server, AgentCall call, IEnumerable<string> tools) => new(
        ErrorKind.AgentFailed,
        $"Agent '{call.AgentId}' on server {server.Label} stopped: it wants its client to call {string.Join(", ", tools.Select(tool => $"'{tool}'"))}, "
        + "and the proxy has no tools for agents. Give the tool to the agent where it runs.");

    /// <returns>Whether what was sent went nowhere, so that it has begun nothing: there is no such endpoint.</returns>
    public static bool IsNoEndpoint(AgentCall call, ProxyException exception)
        => exception.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented
            && !IsAboutAgent(call, exception) && !IsAboutThread(call, exception);

    /// <returns>Whether a member of the request was refused, before anything was done.</returns>
    public static bool IsRefused(ProxyException exception, string member)
        => exception.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
            && exception.Detail?.Contains(member, StringComparison.OrdinalIgnoreCase) is true;

    /// <returns>What a refused call means for the agent and the thread it was for.</returns>
    public static ProxyException Explain(AgentServer server, AgentCall call, ProxyException exception) => exception switch
    {
        _ when IsAboutThread(call, exception) => new(
            ErrorKind.NotFound,
            $"There is no thread '{RemoteText.Clean(call.ThreadId, 100)}' on server {server.Label}. Begin one with threadId 'new'; the answer tells its id.",
            exception)
        { Detail = exception.Detail },
        _ when IsAboutAgent(call, exception) => AgentCatalog.NoSuchAgent(server, call.AgentId, exception),
        _ => exception,
    };

    private static bool IsAboutThread(AgentCall call, ProxyException exception)
        => IsNotFound(exception) && call is { ThreadId: { } threadId, BeginsThread: false }
            && (Names(exception.Code, _threads)
                || exception.Detail?.Contains(OpenAIThread.Parse(threadId)!.Member.Value, StringComparison.Ordinal) is true);

    private static bool IsAboutAgent(AgentCall call, ProxyException exception)
        => IsNotFound(exception) && (Names(exception.Code, _agents)
            || (exception.Status is HttpStatusCode.NotFound
                && (Names(exception.Detail, _agents) || exception.Detail?.Contains(call.AgentId, StringComparison.Ordinal) is true)));

    /// <remarks>Some servers say of what is not there that the request was wrong.</remarks>
    private static bool IsNotFound(ProxyException exception) => exception.Status is HttpStatusCode.NotFound
        || (exception.Status is HttpStatusCode.BadRequest && exception.Code?.Contains("not_found", StringComparison.Ordinal) is true);

    private static bool Names(string? text, string[] words)
        => text is not null && Array.Exists(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
