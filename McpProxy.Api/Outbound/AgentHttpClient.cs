using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;

namespace McpProxy.Api.Outbound;

/// <summary>The only place that sends to agent servers, and the one that turns every way this can fail into <see cref="ProxyException"/>.</summary>
internal sealed class AgentHttpClient(
    HttpClient http,
    AgentCredentials credentials,
    RetryPolicies retries,
    CircuitBreakers circuits,
    MemoryBudgets memory,
    OutboundOptions options)
{
    private const long MaxListBytes = 10 * 1024 * 1024;

    /// <summary>Reads from a server. The caller sets the deadline and may repeat it.</summary>
    public async Task<T> GetAsync<T>(AgentServer server, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var room = memory.Answers.Open();

        return await ReadAsync(server, path, null, type, room, cancellationToken);
    }

    /// <summary>Room for one list of agents, for as long as it is read.</summary>
    public MemoryLease OpenList() => memory.Answers.Open(MaxListBytes);

    /// <summary>Reads a list of agents, or a page of it. The caller sets the deadline and may repeat it.</summary>
    /// <param name="server">Whose agents they are.</param>
    /// <param name="path">Where they are listed.</param>
    /// <param name="query">The question, for a server that wants it in a POST.</param>
    /// <param name="type">What is listed.</param>
    /// <param name="list">The room that all pages share.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<T> ListAsync<T>(AgentServer server, string path, JsonObject? query, JsonTypeInfo<T> type, MemoryLease list, CancellationToken cancellationToken)
        => ReadAsync(server, path, query, type, list, cancellationToken);

    /// <summary>
    /// Sends something that may have consequences: once. It is repeated only while no connection could be made. The caller disposes of the response.
    /// The server is told that one hop more led to it than to the call.
    /// </summary>
    public Task<AgentResponse> CallAsync(AgentServer server, string path, JsonObject body, AgentCall call, CancellationToken cancellationToken)
        => circuits.ExecuteAsync(
            server,
            token => OpenAsync(
                server, (deadline, t) => SendAsync(server, HttpMethod.Post, path, body, (Hops.Header, $"{call.Hops + 1}"), call.Memory, deadline, t), token),
            cancellationToken);

    /// <summary>
    /// Opens the events of something that goes on by itself, from behind the last one that was seen. That has no consequences, and takes no place
    /// among the calls that may run. The caller disposes of the response.
    /// </summary>
    public Task<AgentResponse> FollowAsync(AgentServer server, string path, string lastEventId, AgentCall call, CancellationToken cancellationToken)
        => OpenAsync(
            server,
            (deadline, token) => SendAsync(server, HttpMethod.Get, path, null, ("Last-Event-ID", lastEventId), call.Memory, deadline, token),
            cancellationToken);

    /// <summary>Tells a server something that only matters to itself. It gets no longer than a read.</summary>
    public Task PostAsync(AgentServer server, string path) => TellAsync(server, HttpMethod.Post, path, []);

    /// <summary>Has a server forget what only matters to itself. It gets no longer than a read.</summary>
    public Task DeleteAsync(AgentServer server, string path) => TellAsync(server, HttpMethod.Delete, path, null);

    private async Task TellAsync(AgentServer server, HttpMethod method, string path, JsonObject? body)
    {
        using var deadline = new Deadline(server.Subject, options.DiscoveryTimeout, CancellationToken.None);
        try
        {
            await using var response = await SendAsync(server, method, path, body, null, MemoryLease.Unlimited, deadline, deadline.Token);
        }
        catch (OperationCanceledException exception) when (deadline.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Opens a response that may take its time to begin and to go on, but not for ever.</summary>
    private async Task<AgentResponse> OpenAsync(
        AgentServer server, Func<Deadline, CancellationToken, Task<AgentResponse>> send, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(server.Subject, options.FirstByteTimeout, cancellationToken);
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
        AgentServer server, string path, JsonObject? query, JsonTypeInfo<T> type, MemoryLease room, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(server.Subject, null, cancellationToken);
        await using var response = await SendAsync(
            server, query is null ? HttpMethod.Get : HttpMethod.Post, path, query, null, room, deadline, cancellationToken);

        return await response.ReadAsync(type, cancellationToken);
    }

    private async Task<AgentResponse> SendAsync(
        AgentServer server,
        HttpMethod method,
        string path,
        JsonObject? body,
        (string Name, string Value)? header,
        MemoryLease room,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, server.Url.Combine(path));
        request.Content = body is null ? null : JsonContent.Create(body, OutboundJsonContext.Default.JsonObject);
        credentials.Apply(server, request.Headers);
        if (header is var (name, value))
        {
            request.Headers.Add(name, value);
        }

        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var result = new AgentResponse(server, response, options.MaxResponseBytes, room, deadline);
            if (!response.IsSuccessStatusCode)
            {
                await using (result)
                {
                    throw await AgentErrors.RefusalAsync(server, result, cancellationToken);
                }
            }

            return result;
        }
        catch (HttpRequestException exception)
        {
            throw AgentErrors.NoResponse(server, exception);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new ProxyException(
                ErrorKind.TimedOut, $"Agent server {server.Label} did not complete the connection in time. Check its URL.", exception);
        }
    }
}
