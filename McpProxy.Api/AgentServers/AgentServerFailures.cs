using System.Net;
using McpProxy.Api.Connections;
using McpProxy.Api.Memory;

namespace McpProxy.Api.AgentServers;

/// <summary>Every way in which HTTP can fail, in words that say what to do next.</summary>
internal static class AgentServerFailures
{
    private const string ShorterList = "Use a server with a shorter list, or call its agents as 'server:agentId' without one.";

    /// <summary>Says why no response came: a connection that was never made is told apart, since then nothing can have happened.</summary>
    public static AgentServerException NoResponse(AgentServer server, HttpRequestException exception) => exception switch
    {
        { InnerException: AgentServerException refused } => refused,
        { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            AgentServerError.Unreachable, $"The host of agent server {server.Label} has no address. Check its URL.", null, exception),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            AgentServerError.Unreachable, $"No secure connection to agent server {server.Label} could be made. Check its certificate.", null, exception),
        { HttpRequestError: HttpRequestError.ConnectionError } => new(
            AgentServerError.Unreachable, $"Agent server {server.Label} could not be reached. Check that it is running.", null, exception),
        _ => new(
            AgentServerError.Interrupted, $"Agent server {server.Label} broke off before it answered. What was asked may have happened.", null, exception),
    };

    public static AgentServerException TooLarge(AgentServer server, long maxBytes) => new(
        AgentServerError.Interrupted,
        $"Agent server {server.Label} answered with more than {maxBytes} bytes, which was cut off. Ask for less, or raise MCP_MAX_RESPONSE_BYTES.");

    /// <summary>Says which limit the part of an answer met that could not be taken.</summary>
    public static AgentServerException NoRoom(AgentServer server, MemoryLease memory) => new(AgentServerError.NoRoom, memory.IsAtMax
        ? $"Agent server '{server.Name}' lists more than {memory.Max} bytes of agents, which is more than the proxy takes. {ShorterList}"
        : $"The answer of agent server '{server.Name}' was cut off: the proxy has no room for more answers now. What was asked may have happened. "
            + $"Ask for less, or again later; {memory.Budget.Setting} sets how much room there is.");

    public static AgentServerException TooManyAgents(AgentServer server, int max) => new(
        AgentServerError.NoRoom, $"Agent server '{server.Name}' lists more than {max} agents, which is more than the proxy takes. {ShorterList}");

    /// <summary>Says what a response means that is not the one asked for.</summary>
    public static async Task<AgentServerException> RefusalAsync(AgentServer server, AgentServerResponse response, CancellationToken cancellationToken)
    {
        var status = (int)response.Status;
        var detail = await response.ReadErrorAsync(cancellationToken);
        var said = detail is null ? "" : $": {detail.TrimEnd('.', ' ')}";

        var (error, message) = response.Status switch
        {
            HttpStatusCode.Unauthorized => (AgentServerError.Unauthorized, $"asks for valid credentials (401). {HowToSetCredentials(server)}"),
            HttpStatusCode.Forbidden => (AgentServerError.Unauthorized, $"does not allow this (403){said}. Ask for something else, or for access to it."),
            HttpStatusCode.NotFound => (AgentServerError.NotFound, $"has nothing there (404){said}. Check its URL, and the ids that were sent."),
            HttpStatusCode.TooManyRequests => (AgentServerError.Refused, $"has too much to do (429){said}. Try again later."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => (
                AgentServerError.Refused, $"redirects elsewhere ({status}), which is not followed. Use the URL it really has."),
            < HttpStatusCode.InternalServerError => (AgentServerError.Refused, $"refused the request ({status}){said}. Correct what was sent."),
            _ => (AgentServerError.Failed, $"failed ({status}){said}. Its own log says more."),
        };

        return new(error, $"Agent server {server.Label} {message}", detail) { Status = response.Status };
    }

    public static AgentServerException NoSuchAgent(AgentServer server, string agentId, AgentServerException? exception = null) => new(
        AgentServerError.NoSuchAgent,
        $"Agent server {server.Label} has no agent '{RemoteText.Clean(agentId, 100)}'.",
        exception?.Detail,
        exception);

    private static string HowToSetCredentials(AgentServer server)
    {
        var setting = $"AGENT_SERVER_AUTH__{(server.Name is AgentServer.Unnamed ? "<any name>" : server.Name)}";
        var url = server.IsDynamic ? $" and {setting}__Url={server.Url}" : "";

        return $"Set {setting}__Token (bearer) or {setting}__ApiKey (x-api-key){url} where the proxy runs, and restart it.";
    }
}
