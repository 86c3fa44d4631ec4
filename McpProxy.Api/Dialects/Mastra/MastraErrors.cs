using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>What went wrong with a Mastra server, in words that say what to do next.</summary>
internal static class MastraErrors
{
    public static ProxyException NotMastra(AgentServer server, Exception? exception = null) => new(
        ErrorKind.InvalidResponse,
        $"Agent server {server.Label} does not answer as a Mastra server does. Check that its URL is the base URL of a Mastra server, the part before /api.",
        exception);

    public static ProxyException NoAgents(AgentServer server) => new(
        ErrorKind.InvalidResponse,
        $"Agent server {server.Label} lists no agents. Check that its URL is the base URL of a Mastra server, and that agents are registered there.");

    public static ProxyException AgentFailed(AgentServer server, string agentId, string? detail, Exception? exception = null) => new(
        ErrorKind.AgentFailed,
        $"Agent '{agentId}' on server {server.Label} failed{(detail is null ? " without saying why" : $": {detail.TrimEnd('.', ' ')}")}. "
        + "It may have done part of its work, so the proxy did not ask it again; call it again only if doing things twice does no harm.",
        exception)
    { Detail = detail };

    public static ProxyException AgentStopped(AgentServer server, string agentId, string? reason) => new(
        ErrorKind.Rejected,
        $"A guard on server {server.Label} stopped agent '{agentId}': {RemoteText.Error(reason)?.TrimEnd('.', ' ') ?? "it gave no reason"}. "
        + "Ask for something else.")
    { Detail = RemoteText.Error(reason) };

    public static ProxyException BrokeOff(AgentServer server, string agentId) => new(
        ErrorKind.Interrupted,
        $"Agent '{agentId}' on server {server.Label} broke off in the middle of its answer. It may have done part of its work; "
        + "call it again only if doing things twice does no harm.");

    /// <returns>Whether the server refused, before it ran the agent, because the model needs the other endpoint.</returns>
    public static bool IsWrongEndpoint(ProxyException exception, string verb)
        => exception is { Kind: ErrorKind.AgentFailed, Detail: { } detail } && detail.Contains($"{verb}Legacy()", StringComparison.Ordinal);

    /// <returns>What a failed call means for the agent that was called.</returns>
    public static ProxyException Explain(AgentServer server, AgentCall call, ProxyException exception) => exception switch
    {
        { Kind: ErrorKind.NotFound } => AgentErrors.NoSuchAgent(server, call.AgentId, exception),
        { Detail: { } detail } when IsAboutAnotherResource(detail) => new(
            ErrorKind.Unauthorized,
            $"Thread '{RemoteText.Clean(call.ThreadId, 100)}' on server {server.Label} belongs to another resource. "
            + "Pass the resourceId that the thread was started with, or another threadId.",
            exception)
        { Detail = detail },
        { Kind: ErrorKind.AgentFailed, Detail: { } detail } => AgentFailed(server, call.AgentId, detail, exception),
        _ => exception,
    };

    /// <remarks>The first are the words of 1.x, with status 403; the others those of 0.10, with status 500.</remarks>
    private static bool IsAboutAnotherResource(string detail)
        => detail.Contains("belongs to a different resource", StringComparison.Ordinal) || detail.Contains("is for resource with id", StringComparison.Ordinal);
}
