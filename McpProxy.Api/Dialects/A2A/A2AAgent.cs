using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>Where and how one agent is called, as its card says: which URL, binding and version, and whether it streams.</summary>
/// <param name="Server">The server, at the origin of the interface.</param>
/// <param name="Url">The interface.</param>
/// <param name="Interface">Its binding and version.</param>
/// <param name="Streams">Whether it answers with events.</param>
/// <param name="Credentials">What its card calls the credentials that it asks for.</param>
internal sealed record A2AAgent(AgentServer Server, Uri Url, A2AInterface Interface, bool Streams, string? Credentials)
{
    private const string VersionHeader = "A2A-Version";
    private const string Events = "text/event-stream";

    /// <summary>Servers that speak both versions answer in this one only if it is asked for.</summary>
    public static IReadOnlyDictionary<string, string> NewestVersion { get; } = new Dictionary<string, string> { [VersionHeader] = "1.0" };

    private bool IsRest => Interface.IsRest;

    private bool IsOld => Interface.IsOld;

    /// <summary>Sends a message.</summary>
    public ServerRequest Send(JsonObject parameters, bool streams)
    {
        var (method, path) = streams ? (IsOld ? "message/stream" : "SendStreamingMessage", "message:stream")
            : (IsOld ? "message/send" : "SendMessage", "message:send");

        return IsRest ? Rest(HttpMethod.Post, path, parameters, streams) : Rpc(method, parameters, streams);
    }

    public ServerRequest Get(string taskId) => IsRest
        ? Rest(HttpMethod.Get, $"tasks/{Uri.EscapeDataString(taskId)}")
        : Rpc(IsOld ? "tasks/get" : "GetTask", About(taskId));

    public ServerRequest Subscribe(string taskId) => IsRest
        ? Rest(HttpMethod.Post, $"tasks/{Uri.EscapeDataString(taskId)}:subscribe", streams: true)
        : Rpc(IsOld ? "tasks/resubscribe" : "SubscribeToTask", About(taskId), streams: true);

    public ServerRequest Cancel(string taskId) => IsRest
        ? Rest(HttpMethod.Post, $"tasks/{Uri.EscapeDataString(taskId)}:cancel")
        : Rpc(IsOld ? "tasks/cancel" : "CancelTask", About(taskId));

    /// <summary>The card for those who show credentials.</summary>
    public ServerRequest ExtendedCard() => IsRest
        ? Rest(HttpMethod.Get, IsOld ? "card" : "extendedAgentCard")
        : Rpc(IsOld ? "agent/getAuthenticatedExtendedCard" : "GetExtendedAgentCard", WithTenant([]));

    /// <returns>What an answer holds, without what its binding wraps around it.</returns>
    /// <exception cref="ProxyException">It is an error, though its status says otherwise, or no answer.</exception>
    public JsonElement Unwrap(JsonElement answer)
    {
        if (IsRest)
        {
            return answer.ValueKind is JsonValueKind.Object ? answer : throw A2AErrors.NotA2A(Server);
        }

        var envelope = A2AErrors.Read(Server, () => answer.Deserialize(A2AJsonContext.Default.A2AEnvelope));

        return envelope.Error is { } error ? throw A2AErrors.Refusal(Server, error) : envelope.Result ?? throw A2AErrors.NotA2A(Server);
    }

    /// <summary>Reads what a server says of a call, which is one event, or comes in several.</summary>
    public async IAsyncEnumerable<A2AEvent> ReadAsync(AgentResponse response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (response.MediaType is not Events)
        {
            yield return ToEvent(await response.ReadAsync(A2AJsonContext.Default.JsonElement, cancellationToken));
            yield break;
        }

        var body = await response.OpenAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body, Parse).EnumerateAsync(cancellationToken))
        {
            if (item.Data is not { } data)
            {
                continue;
            }

            if (IsRest && item.EventType is "error")
            {
                throw A2AErrors.Refusal(Server, A2AErrors.Read(Server, () => data.Deserialize(A2AJsonContext.Default.A2AEnvelope)).Error ?? new());
            }

            yield return ToEvent(data);
        }
    }

    public A2AEvent ToEvent(JsonElement answer)
    {
        var result = Unwrap(answer);

        return A2AErrors.Read(Server, () => A2AEvent.Read(result));
    }

    /// <returns><see langword="null"/> for what is no event but only keeps the connection open.</returns>
    private JsonElement? Parse(string name, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return null;
        }

        try
        {
            var json = JsonSerializer.Deserialize(data, A2AJsonContext.Default.JsonElement);
            AgentResponse.RejectHalfCharacters(json);

            return json;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw A2AErrors.NotA2A(Server, exception);
        }
    }

    private JsonObject About(string taskId) => WithTenant(new() { ["id"] = taskId });

    private JsonObject WithTenant(JsonObject parameters)
    {
        if (Interface.Tenant is { Length: > 0 } tenant)
        {
            parameters["tenant"] = tenant;
        }

        return parameters;
    }

    private ServerRequest Rpc(string method, JsonObject parameters, bool streams = false) => new(
        HttpMethod.Post,
        Url.PathAndQuery,
        new() { ["jsonrpc"] = "2.0", ["id"] = "1", ["method"] = method, ["params"] = WithTenant(parameters) })
    { Headers = Headers(streams) };

    private ServerRequest Rest(HttpMethod method, string path, JsonObject? body = null, bool streams = false)
    {
        var prefix = IsOld ? "v1/" : Interface.Tenant is { Length: > 0 } tenant ? $"{Uri.EscapeDataString(tenant)}/" : "";

        return new(method, $"{Url.AbsolutePath.TrimEnd('/')}/{prefix}{path}{Url.Query}", body) { Headers = Headers(streams) };
    }

    private Dictionary<string, string> Headers(bool streams)
    {
        var headers = new Dictionary<string, string> { ["Accept"] = streams ? Events : IsRest ? "application/a2a+json, application/json" : "application/json" };
        if (!IsOld)
        {
            headers[VersionHeader] = Interface.Version;
        }

        return headers;
    }
}
