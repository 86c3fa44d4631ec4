using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Threading.RateLimiting;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers;

/// <summary>The only place that sends to agent servers, and the one that turns every way this can fail into <see cref="AgentServerException"/>.</summary>
internal sealed class AgentServerHttp(
    HttpClient http,
    AgentServerCredentials credentials,
    AgentServerRetries retries,
    AgentServerOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<AgentServer> _calls = PartitionedRateLimiter.Create<AgentServer, ServerUrl>(server =>
        RateLimitPartition.GetConcurrencyLimiter(server.Url, _ => new() { PermitLimit = options.MaxCallsPerServer, QueueLimit = options.MaxCallsPerServer }));

    /// <summary>Reads from a server. The caller sets the deadline and may repeat it.</summary>
    public Task<T> GetAsync<T>(AgentServer server, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        => ReadAsync(server, HttpMethod.Get, path, null, type, cancellationToken);

    /// <summary>Reads from a server that wants the question in a POST. The caller sets the deadline and may repeat it.</summary>
    public Task<T> QueryAsync<T>(AgentServer server, string path, JsonObject query, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        => ReadAsync(server, HttpMethod.Post, path, query, type, cancellationToken);

    /// <summary>
    /// Sends something that may have consequences: once. It is repeated only while no connection could be made. The time that
    /// <see cref="AgentServerOptions.CallTimeoutSeconds"/> allows covers reading the response, and the caller disposes of it.
    /// </summary>
    public async Task<AgentServerResponse> CallAsync(AgentServer server, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var deadline = new AgentServerDeadline(server, options.CallTimeout, cancellationToken);
        try
        {
            deadline.Hold(await WaitForTurnAsync(server, deadline.Token));

            return await retries.Calls.ExecuteAsync(
                async token => await SendAsync(server, HttpMethod.Post, path, body, deadline, token), deadline.Token);
        }
        catch (Exception exception)
        {
            deadline.Dispose();
            if (deadline.Explain(exception) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Tells a server something that only matters to itself. It gets no longer than a read.</summary>
    public async Task PostAsync(AgentServer server, string path)
    {
        using var deadline = new AgentServerDeadline(server, options.DiscoveryTimeout, CancellationToken.None);
        try
        {
            await using var response = await SendAsync(server, HttpMethod.Post, path, [], deadline, deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    public void Dispose() => _calls.Dispose();

    private async Task<RateLimitLease> WaitForTurnAsync(AgentServer server, CancellationToken cancellationToken)
    {
        var lease = await _calls.AcquireAsync(server, 1, cancellationToken);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        throw new AgentServerException(
            AgentServerError.NotAllowed,
            $"Agent server '{server.Name}' already has {options.MaxCallsPerServer} calls running and as many waiting. Try again when some have ended.");
    }

    private async Task<T> ReadAsync<T>(
        AgentServer server, HttpMethod method, string path, JsonObject? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var deadline = new AgentServerDeadline(server, Timeout.InfiniteTimeSpan, cancellationToken);
        await using var response = await SendAsync(server, method, path, body, deadline, cancellationToken);

        return await response.ReadAsync(type, cancellationToken);
    }

    private async Task<AgentServerResponse> SendAsync(
        AgentServer server, HttpMethod method, string path, JsonObject? body, AgentServerDeadline deadline, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, server.Url.Combine(path));
        request.Content = body is null ? null : JsonContent.Create(body, AgentServersJsonContext.Default.JsonObject);
        credentials.Apply(server, request.Headers);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var result = new AgentServerResponse(server, response, options.MaxResponseBytes, deadline);
            if (!response.IsSuccessStatusCode)
            {
                await using (result)
                {
                    throw await RefusalAsync(server, result, cancellationToken);
                }
            }

            return result;
        }
        catch (HttpRequestException exception)
        {
            throw Failure(server, exception);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new AgentServerException(
                AgentServerError.Interrupted, $"Agent server '{server.Name}' did not complete the connection in time. Check its URL.", null, exception);
        }
    }

    /// <summary>Says why no response came: a connection that was never made is told apart, since then nothing can have happened.</summary>
    private static AgentServerException Failure(AgentServer server, HttpRequestException exception) => exception switch
    {
        { InnerException: AgentServerException refused } => refused,
        { HttpRequestError: HttpRequestError.NameResolutionError } => new(
            AgentServerError.Unreachable, $"The host of agent server '{server.Name}' has no address. Check its URL.", null, exception),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            AgentServerError.Unreachable, $"No secure connection to agent server '{server.Name}' could be made. Check its certificate.", null, exception),
        { HttpRequestError: HttpRequestError.ConnectionError } => new(
            AgentServerError.Unreachable, $"Agent server '{server.Name}' could not be reached. Check that it is running.", null, exception),
        _ => new(
            AgentServerError.Interrupted, $"Agent server '{server.Name}' broke off before it answered. What was asked may have happened.", null, exception),
    };

    private static async Task<AgentServerException> RefusalAsync(AgentServer server, AgentServerResponse response, CancellationToken cancellationToken)
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

        return new(error, $"Agent server '{server.Name}' {message}", detail) { Status = response.Status };
    }

    private static string HowToSetCredentials(AgentServer server)
    {
        var setting = $"AGENT_SERVER_AUTH__{server.Name}";
        var url = server.IsDynamic ? $" and {setting}__Url={server.Url}" : "";

        return $"Set {setting}__Token (bearer) or {setting}__ApiKey (x-api-key){url} where the proxy runs, and restart it.";
    }
}
