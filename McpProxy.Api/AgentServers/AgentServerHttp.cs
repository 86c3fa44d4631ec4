using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers;

/// <summary>The only place that sends to agent servers, and the one that turns every way this can fail into <see cref="AgentServerException"/>.</summary>
internal sealed class AgentServerHttp(
    HttpClient http,
    AgentServerCredentials credentials,
    AgentServerRetries retries,
    AgentServerCircuits circuits,
    AgentServerSlots slots,
    AgentServerOptions options)
{
    /// <summary>Reads from a server. The caller sets the deadline and may repeat it.</summary>
    public Task<T> GetAsync<T>(AgentServer server, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        => ReadAsync(server, HttpMethod.Get, path, null, type, cancellationToken);

    /// <summary>Reads from a server that wants the question in a POST. The caller sets the deadline and may repeat it.</summary>
    public Task<T> QueryAsync<T>(AgentServer server, string path, JsonObject query, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        => ReadAsync(server, HttpMethod.Post, path, query, type, cancellationToken);

    /// <summary>
    /// Sends something that may have consequences: once. It is repeated only while no connection could be made. The caller disposes of the response,
    /// and until then the call counts as running. The server is told that one hop more led to it than to the call.
    /// </summary>
    public async Task<AgentServerResponse> CallAsync(AgentServer server, string path, JsonObject body, int hops, CancellationToken cancellationToken)
    {
        var slot = await slots.AcquireAsync(server, cancellationToken);
        try
        {
            var response = await circuits.ExecuteAsync(
                server,
                token => OpenAsync(server, (deadline, t) => SendAsync(server, HttpMethod.Post, path, body, (Hops.Header, $"{hops + 1}"), deadline, t), token),
                cancellationToken);
            response.Keep(slot);

            return response;
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens the events of something that goes on by itself, from behind the last one that was seen. That has no consequences, and takes no place
    /// among the calls that may run. The caller disposes of the response.
    /// </summary>
    public Task<AgentServerResponse> FollowAsync(AgentServer server, string path, string lastEventId, CancellationToken cancellationToken)
        => OpenAsync(server, (deadline, token) => SendAsync(server, HttpMethod.Get, path, null, ("Last-Event-ID", lastEventId), deadline, token), cancellationToken);

    /// <summary>Tells a server something that only matters to itself. It gets no longer than a read.</summary>
    public Task PostAsync(AgentServer server, string path) => TellAsync(server, HttpMethod.Post, path, []);

    /// <summary>Has a server forget what only matters to itself. It gets no longer than a read.</summary>
    public Task DeleteAsync(AgentServer server, string path) => TellAsync(server, HttpMethod.Delete, path, null);

    private async Task TellAsync(AgentServer server, HttpMethod method, string path, JsonObject? body)
    {
        using var deadline = new AgentServerDeadline(server, options.DiscoveryTimeout, CancellationToken.None);
        try
        {
            await using var response = await SendAsync(server, method, path, body, null, deadline, deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Opens a response that may take its time to begin and to go on, but not for ever.</summary>
    private async Task<AgentServerResponse> OpenAsync(
        AgentServer server, Func<AgentServerDeadline, CancellationToken, Task<AgentServerResponse>> send, CancellationToken cancellationToken)
    {
        var deadline = new AgentServerDeadline(server, options.FirstByteTimeout, cancellationToken);
        try
        {
            var response = await retries.Calls.ExecuteAsync(async token => await send(deadline, token), deadline.Token);
            deadline.Restart(options.IdleTimeout);

            return response;
        }
        catch (Exception exception)
        {
            var explained = deadline.Explain(exception);
            deadline.Dispose();
            if (explained is null)
            {
                throw;
            }

            throw explained;
        }
    }

    private async Task<T> ReadAsync<T>(
        AgentServer server, HttpMethod method, string path, JsonObject? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var deadline = new AgentServerDeadline(server, null, cancellationToken);
        await using var response = await SendAsync(server, method, path, body, null, deadline, cancellationToken);

        return await response.ReadAsync(type, cancellationToken);
    }

    private async Task<AgentServerResponse> SendAsync(
        AgentServer server,
        HttpMethod method,
        string path,
        JsonObject? body,
        (string Name, string Value)? header,
        AgentServerDeadline deadline,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, server.Url.Combine(path));
        request.Content = body is null ? null : JsonContent.Create(body, AgentServersJsonContext.Default.JsonObject);
        credentials.Apply(server, request.Headers);
        if (header is var (name, value))
        {
            request.Headers.Add(name, value);
        }

        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var result = new AgentServerResponse(server, response, options.MaxResponseBytes, deadline);
            if (!response.IsSuccessStatusCode)
            {
                await using (result)
                {
                    throw await AgentServerFailures.RefusalAsync(server, result, cancellationToken);
                }
            }

            return result;
        }
        catch (HttpRequestException exception)
        {
            throw AgentServerFailures.NoResponse(server, exception);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new AgentServerException(
                AgentServerError.Interrupted, $"Agent server {server.Label} did not complete the connection in time. Check its URL.", null, exception);
        }
    }
}
