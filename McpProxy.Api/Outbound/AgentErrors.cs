using System.Net;
using McpProxy.Api.Connections;
using Polly.CircuitBreaker;

namespace McpProxy.Api.Outbound;

/// <summary>What can go wrong with any agent server, in words that say what to do next.</summary>
internal static class AgentErrors
{
    /// <summary>What to know of a call that failed halfway.</summary>
    public const string Afterwards = "It may have done part of its work; call it again only if doing things twice does no harm.";

    private const string ShorterList = "Use a server with a shorter list, or call its agents as 'server:agentId' without one.";

    /// <summary>Says why no response came: a connection that was never made is told apart, since then nothing can have happened.</summary>
    public static ProxyException NoResponse(AgentServer server, HttpRequestException exception) => exception switch
    {
        { InnerException: ProxyException refused } => refused,
        { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            ErrorKind.Unreachable, $"{server.Subject} could not be reached: its host has no address. Check its URL.", exception),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            ErrorKind.Unreachable, $"{server.Subject} could not be reached: no secure connection could be made. Check its certificate.", exception),
        { HttpRequestError: HttpRequestError.ConnectionError } => new(
            ErrorKind.Unreachable, $"{server.Subject} could not be reached. Check that it is running.", exception),
        _ => new(
            ErrorKind.Interrupted, $"{server.Subject} broke off before it answered. What was asked may have happened.", exception),
    };

    public static ProxyException NoConnectionInTime(AgentServer server, Exception exception) => new(
        ErrorKind.TimedOut, $"{server.Subject} did not complete the connection in time. Check its URL.", exception);

    public static ProxyException CircuitOpen(AgentServer server, BrokenCircuitException exception) => new(
        ErrorKind.CircuitOpen,
        $"{server.Subject} failed too often lately, so it was not asked. Check that it is running; "
        + $"it is asked again in {Math.Ceiling(exception.RetryAfter?.TotalSeconds ?? 1):0} s.",
        exception)
    { RetryAfter = exception.RetryAfter };

    public static ProxyException TooLarge(AgentServer server, long maxBytes) => new(
        ErrorKind.Interrupted,
        $"{server.Subject} answered with more than {maxBytes} bytes, which was cut off. Ask for less, or raise MCP_MAX_RESPONSE_BYTES.");

    /// <summary>Says which limit the part of an answer met that could not be taken.</summary>
    public static ProxyException NoRoom(AgentServer server, MemoryLease memory) => new(ErrorKind.Busy, memory.IsAtMax
        ? $"{server.Subject} lists more than {memory.Max} bytes of agents, which is more than the proxy takes. {ShorterList}"
        : $"The answer of agent server {server.Label} was cut off: the proxy has no room for more answers now. What was asked may have happened. "
            + $"Ask for less, or again later; {memory.Budget.Setting} sets how much room there is.");

    public static ProxyException TooManyAgents(AgentServer server, int max) => new(
        ErrorKind.Busy, $"{server.Subject} lists more than {max} agents, which is more than the proxy takes. {ShorterList}");

    /// <summary>Says what a response means that is not the one asked for.</summary>
    public static async Task<ProxyException> RefusalAsync(AgentServer server, AgentResponse response, CancellationToken cancellationToken)
    {
        var status = (int)response.Status;
        var body = await response.ReadErrorAsync(cancellationToken);
        var detail = RemoteText.Error(body?.Message);
        var said = Said(detail);

        var (error, message) = response.Status switch
        {
            HttpStatusCode.Unauthorized => (ErrorKind.Unauthorized, $"asks for valid credentials (401). {HowToSetCredentials(server)}"),
            HttpStatusCode.Forbidden => (ErrorKind.Unauthorized, $"does not allow this (403){said}. Ask for something else, or for access to it."),
            HttpStatusCode.NotFound => (ErrorKind.NotFound, $"has nothing there (404){said}. Check its URL, and the ids that were sent."),
            HttpStatusCode.TooManyRequests => (
                ErrorKind.Rejected,
                $"has too much to do (429){said}. Try again {(response.RetryAfter is { } wait ? $"in {wait.TotalSeconds:0} s" : "later")}."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => (
                ErrorKind.Rejected, $"redirects elsewhere ({status}), which is not followed. Use the URL it really has."),
            < HttpStatusCode.InternalServerError => (ErrorKind.Rejected, $"refused the request ({status}){said}. Correct what was sent."),
            _ => (ErrorKind.AgentFailed, $"failed ({status}){said}. Its own log says more."),
        };

        return new(error, $"{server.Subject} {message}")
        {
            Detail = detail,
            Status = response.Status,
            Code = body?.Code,
            RetryAfter = response.RetryAfter,
        };
    }

    public static ProxyException NotInDialect(AgentServer server, string kind, Exception? exception = null) => new(
        ErrorKind.InvalidResponse,
        $"{server.Subject} does not answer as {kind} does. Check that its URL is the base URL of one, and its version.",
        exception);

    /// <param name="server">Where the agent is.</param>
    /// <param name="agentId">Which agent.</param>
    /// <param name="reason">Why, as its server says it.</param>
    /// <param name="exception">How its server said so, if not in an answer.</param>
    public static ProxyException AgentFailed(AgentServer server, string agentId, string? reason, Exception? exception = null)
    {
        var detail = RemoteText.Error(reason);

        return new(
            ErrorKind.AgentFailed,
            $"Agent '{agentId}' on server {server.Label} failed{(detail is null ? " without saying why" : Said(detail))}. {Afterwards}",
            exception)
        { Detail = detail };
    }

    /// <summary>Says that an answer ended before its end.</summary>
    public static ProxyException AgentBrokeOff(AgentServer server, string agentId) => new(
        ErrorKind.Interrupted, $"Agent '{agentId}' on server {server.Label} broke off before its answer was complete. {Afterwards}");

    /// <summary>Says that what goes on by itself could not be followed to its end.</summary>
    /// <param name="server">Where the agent is.</param>
    /// <param name="agentId">Which agent.</param>
    /// <param name="exception">Why the last attempt failed.</param>
    public static ProxyException Lost(AgentServer server, string agentId, ProxyException exception) => new(
        ErrorKind.Interrupted,
        $"Agent '{agentId}' on server {server.Label} broke off, and could not be reached again. {exception.Message} {Afterwards}",
        exception)
    { Detail = exception.Detail };

    /// <summary>Says that its server does not know any more what goes on by itself, or went on.</summary>
    public static ProxyException Gone(AgentServer server, string agentId) => new(
        ErrorKind.NotFound,
        $"The answer of agent '{agentId}' on server {server.Label} can't be had any more: the server keeps no record of it. {Afterwards}");

    /// <summary>Says that what was kept of a run, which others may write too, is no name of one.</summary>
    public static ProxyException NoRun(AgentServer server) => new(
        ErrorKind.NotFound, $"What was remembered of a run on server {server.Label} names none. Call the agent again.");

    /// <summary>Says that nothing waits for an answer there. Nothing was sent.</summary>
    public static ProxyException NoQuestion(AgentServer server) => new(
        ErrorKind.InvalidArgument,
        $"Only what an agent on server {server.Label} has asked can be answered. Call again with the threadId that came with the question.");

    /// <returns>Whether the connection broke, or something before the server gave up waiting for it: what was sent may have arrived.</returns>
    public static bool IsCut(ProxyException exception) => exception
        is { Kind: ErrorKind.Interrupted, InnerException: IOException or HttpRequestException }
        or { Status: HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout };

    /// <returns>Whether the same may go well a little later.</returns>
    public static bool IsTransient(ProxyException exception) => exception
        is { Kind: ErrorKind.Unreachable or ErrorKind.Interrupted or ErrorKind.TimedOut }
        or { Kind: ErrorKind.Busy or ErrorKind.CircuitOpen or ErrorKind.RefusedByPolicy }
        or { Status: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError };

    private static string Said(string? detail) => detail is null ? "" : $": {detail.TrimEnd('.', ' ')}";

    private static string HowToSetCredentials(AgentServer server)
    {
        var setting = $"AGENT_SERVER_AUTH__{(server.Name is AgentServer.Unnamed ? "<any name>" : server.Name)}";
        var url = server.IsDynamic ? $" and {setting}__Url={server.Url}" : "";

        return $"Set {setting}__Token (bearer) or {setting}__ApiKey (x-api-key){url} where the proxy runs, and restart it.";
    }
}
