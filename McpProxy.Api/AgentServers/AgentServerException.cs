using System.Net;
using ModelContextProtocol;

namespace McpProxy.Api.AgentServers;

/// <summary>
/// An agent server or agent could not be used. The message reaches the MCP client: it says what happened and what to do next, and holds no
/// secret and no body of the server's.
/// </summary>
internal sealed class AgentServerException(AgentServerError error, string message, string? detail = null, Exception? innerException = null)
    : McpException(message, innerException)
{
    public AgentServerError Error => error;

    /// <summary>What the server itself said went wrong, cleaned: it is part of the message already.</summary>
    public string? Detail => detail;

    /// <summary>With which status the server refused, if it did.</summary>
    public HttpStatusCode? Status { get; init; }
}
