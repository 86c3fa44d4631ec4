using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Connections;
using Polly.CircuitBreaker;

namespace McpProxy.Api.Outbound;

/// <summary>How dialects send to agent servers. The one place that turns every way this can fail into <see cref="ProxyException"/>.</summary>
internal sealed class AgentHttpClient(IHttpClientFactory clients, MemoryBudgets memory, OutboundOptions options)
{
    private const long MaxListBytes = 10 * 1024 * 1024;

    private readonly HttpClient _calls = clients.CreateClient(OutboundExtensions.Calls);
    private readonly HttpClient _reads = clients.CreateClient(OutboundExtensions.Reads);
    private readonly HttpClient _follow = clients.CreateClient(OutboundExtensions.Follow);
    private readonly HttpClient _tell = clients.CreateClient(OutboundExtensions.Tell);

    /// <summary>Reads from a server: within the time for that, repeats included.</summary>
    public async Task<T> GetAsync<T>(
        AgentServer server, ServerRequest request, JsonTypeInfo<T> type, Caller caller, CancellationToken cancellationToken)
    {
        using var reading = Open(server, caller, memory.Answers.Open(), cancellationToken);

        return await ReadAsync(reading, request, type);
    }

    /// <summary>Begins to read a list of agents, which is for all callers: its pages share one time limit and the room for one list.</summary>
    public AgentReading OpenList(AgentServer server, CancellationToken cancellationToken)
        => Open(server, Caller.Anyone, memory.Answers.Open(MaxListBytes), cancellationToken);

    /// <summary>Reads a list of agents, a page of it, or whatever else belongs to one reading.</summary>
    /// <param name="reading">What it may take, together with what was read before.</param>
    /// <param name="request">The question. It has no consequences, whatever its method.</param>
    /// <param name="type">What it is.</param>
    public async Task<T> ReadAsync<T>(AgentReading reading, ServerRequest request, JsonTypeInfo<T> type)
    {
        var (server, whole) = (reading.Server, reading.Deadline);

        // Each piece of a body begins its time anew, which must not make the whole of it longer.
        using var deadline = new Deadline(server.Subject, null, whole.Token);
        try
        {
            using var response = await SendAsync(
                _reads,
                Message(server, request),
                new(server, whole) { Caller = reading.Caller },
                reading.Memory,
                deadline);

            return await response.ReadAsync(type, deadline.Token);
        }
        catch (OperationCanceledException exception) when (whole.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Sends something that may have consequences: once. It is repeated only while no connection could be made.</summary>
    /// <param name="server">To whom.</param>
    /// <param name="request">What.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="hops">How many calls of agents lead to the agent: one more than to the call.</param>
    /// <param name="room">What the answer takes of the memory there is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The response, to be disposed of by the caller.</returns>
    public Task<AgentResponse> CallAsync(
        AgentServer server, ServerRequest request, Caller caller, int hops, MemoryLease room, CancellationToken cancellationToken)
        => OpenAsync(_calls, server, Message(server, request), caller, hops, room, cancellationToken);

    /// <summary>Opens the events of something that goes on by itself. That has no consequences. The caller disposes of the response.</summary>
    public Task<AgentResponse> FollowAsync(
        AgentServer server, ServerRequest request, Caller caller, MemoryLease room, CancellationToken cancellationToken)
        => OpenAsync(_follow, server, Message(server, request), caller, null, room, cancellationToken);

    /// <summary>Tells a server something that only matters to itself. It gets no longer than a read.</summary>
    public async Task TellAsync(AgentServer server, ServerRequest request, Caller caller)
    {
        using var deadline = new Deadline(server.Subject, options.DiscoveryTimeout, CancellationToken.None);
        try
        {
            var about = new AgentRequest(server, deadline) { Caller = caller };
            using var response = await SendAsync(_tell, Message(server, request), about, MemoryLease.Unlimited, deadline);
        }
        catch (OperationCanceledException exception) when (deadline.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Opens a response that may take its time to begin and to go on, but not for ever.</summary>
    private async Task<AgentResponse> OpenAsync(
        HttpClient http, AgentServer server, HttpRequestMessage message, Caller caller, int? hops, MemoryLease room, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(server.Subject, options.FirstByteTimeout, cancellationToken);
        try
        {
            var response = await SendAsync(http, message, new(server, deadline, hops) { Caller = caller }, room, deadline);
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

    private AgentReading Open(AgentServer server, Caller caller, MemoryLease room, CancellationToken cancellationToken)
        => new(server, caller, new(server.Subject, options.DiscoveryTimeout, cancellationToken), room);

    /// <summary>As bytes, so that the body has a length: small servers can't read one that comes in chunks.</summary>
    private static HttpRequestMessage Message(AgentServer server, ServerRequest request)
    {
        var message = new HttpRequestMessage(request.Method, server.Url.Combine(request.Path));
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, OutboundJsonContext.Default.JsonObject));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        foreach (var (name, value) in request.Headers)
        {
            message.Headers.Add(name, value);
        }

        return message;
    }

    private async Task<AgentResponse> SendAsync(HttpClient http, HttpRequestMessage message, AgentRequest request, MemoryLease room, Deadline deadline)
    {
        using (message)
        {
            request.AddTo(message);
            try
            {
                var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
                var result = new AgentResponse(request.Server, response, options.MaxResponseBytes, room, deadline);
                if (!response.IsSuccessStatusCode)
                {
                    using (result)
                    {
                        throw await AgentErrors.RefusalAsync(request.Server, result, deadline.Token);
                    }
                }

                return result;
            }
            catch (HttpRequestException exception)
            {
                throw AgentErrors.NoResponse(request.Server, exception);
            }
            catch (BrokenCircuitException exception)
            {
                throw AgentErrors.CircuitOpen(request.Server, exception);
            }
            catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
            {
                throw AgentErrors.NoConnectionInTime(request.Server, exception);
            }
        }
    }
}
