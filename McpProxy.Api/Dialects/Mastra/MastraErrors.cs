using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>What can go wrong with a Mastra server and with no other.</summary>
internal static class MastraErrors
{
    public static ProxyException NotMastra(AgentServer server, Exception? exception = null) => AgentErrors.NotInDialect(server, "a Mastra server", exception);

    public static ProxyException AgentStopped(AgentServer server, string agentId, string? reason)
    {
        var detail = RemoteText.Error(reason);

        return new(
            ErrorKind.Rejected,
            $"A guard on server {server.Label} stopped agent '{agentId}': {detail?.TrimEnd('.', ' ') ?? "it gave no reason"}. Ask for something else.")
        { Detail = detail };
    }

    /// <returns>Whether the server refused, before it ran the agent, because the model needs the other endpoint.</returns>
    public static bool IsWrongEndpoint(ProxyException exception, string verb)
        => exception is { Kind: ErrorKind.AgentFailed, Detail: { } detail } && detail.Contains($"{verb}Legacy()", StringComparison.Ordinal);

    /// <returns>What a failed call means for the agent that was called.</returns>
    public static ProxyException Explain(AgentServer server, AgentCall call, ProxyException exception) => exception switch
    {
        { Kind: ErrorKind.NotFound } => AgentCatalog.NoSuchAgent(server, call.AgentId, exception),
        { Detail: { } detail } when detail.Contains("could not find a suspended run", StringComparison.Ordinal) => new(
            ErrorKind.NotFound,
            $"What waited for an answer on server {server.Label} is not there any more: it was answered already, or the server has forgotten it. "
            + "Send the agent a message instead of resume.",
            exception)
        { Detail = detail },
        { Detail: { } detail } when IsAboutAnotherResource(detail) => new(
            ErrorKind.Unauthorized,
            $"Thread '{RemoteText.Clean(call.ThreadId, 100)}' on server {server.Label} belongs to another resource. "
            + "Pass the resourceId that the thread was started with, or another threadId.",
            exception)
        { Detail = detail },
        { Kind: ErrorKind.AgentFailed, Detail: { } detail } => AgentErrors.AgentFailed(server, call.AgentId, detail, exception),
        _ => exception,
    };

    /// <remarks>The first are the words of 1.x, with status 403; the others those of 0.10, with status 500.</remarks>
    private static bool IsAboutAnotherResource(string detail)
        => detail.Contains("belongs to a different resource", StringComparison.Ordinal) || detail.Contains("is for resource with id", StringComparison.Ordinal);
}
