using System.Net;

namespace McpProxy.Api.Errors;

/// <summary>
/// The proxy could not do what was asked. The message reaches the client: it says what happened and what to do next, and holds no secret and no body of
/// an agent server's. Each front door translates it into its own words.
/// </summary>
internal sealed class ProxyException(ErrorKind kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public ErrorKind Kind => kind;

    /// <summary>When trying again makes sense, if that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the agent server itself said went wrong, cleaned: it is part of the message already.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the audit log holds it already.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>With which status the agent server refused, if it did.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>What the agent server calls the error, if it has a name for it. It is for programs, and in no message.</summary>
    public string? Code { get; init; }
}
