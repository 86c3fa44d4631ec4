using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>A response whose body can be read as JSON or piece by piece, up to a size and within a time.</summary>
internal sealed class AgentResponse(
    AgentServer server, HttpResponseMessage response, long maxBytes, MemoryLease memory, Deadline deadline) : IDisposable
{
    private const int MaxErrorBytes = 64 * 1024;

    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan _drainTime = TimeSpan.FromMilliseconds(200);

    private AgentResponseBody? _body;
    private long _maxBytes = maxBytes;

    public HttpStatusCode Status => response.StatusCode;

    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    /// <returns>The header's value, or <see langword="null"/> if the server sent none.</returns>
    public string? Header(string name)
        => response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>Opens the body. Reading from it fails with <see cref="ProxyException"/> when it breaks off, grows too large or takes too long.</summary>
    public async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
        => _body ??= new(server, await response.Content.ReadAsStreamAsync(cancellationToken), _maxBytes, memory, deadline);

    /// <summary>
    /// Waits a moment for the end of a body that has said all: closing the response before it would cost the connection, which the next call can use.
    /// </summary>
    public static async Task DrainAsync(Stream body)
    {
        var rest = body.ReadAsync(new byte[1]).AsTask();
        await Task.WhenAny(rest, Task.Delay(_drainTime));
    }

    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            var body = await OpenAsync(cancellationToken);
            if (!type.Type.IsAssignableTo(typeof(JsonNode)) && type.Type != typeof(JsonElement))
            {
                return await JsonSerializer.DeserializeAsync(body, type, cancellationToken) ?? throw Unintelligible();
            }

            // These are read later, and would fail then.
            var element = await JsonSerializer.DeserializeAsync(body, OutboundJsonContext.Default.JsonElement, cancellationToken);
            RejectHalfCharacters(element);
            var value = element.Deserialize(type) ?? throw Unintelligible();
            if (value is JsonNode)
            {
                await JsonSerializer.SerializeAsync(Stream.Null, value, type, cancellationToken);
            }

            return value;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // The second is how a JsonObject says that a name comes twice, the third that half a character was found.
            throw Unintelligible(exception);
        }
    }

    /// <summary>When to ask again, if the server said so.</summary>
    public TimeSpan? RetryAfter => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait < _longestRetryAfter ? wait : _longestRetryAfter,
        _ => null,
    };

    /// <returns>What an error body of the usual shapes says, or <see langword="null"/>: anything else in it stays with us.</returns>
    public async Task<AgentErrorBody?> ReadErrorAsync(CancellationToken cancellationToken)
    {
        try
        {
            _maxBytes = MaxErrorBytes;

            var body = await ReadAsync(OutboundJsonContext.Default.AgentErrorBody, cancellationToken);

            return (body.Message, body.Code) is (null, null) ? null : body;
        }
        catch (Exception exception) when (exception is ProxyException or InvalidOperationException)
        {
            // The second is for text with half a character in it.
            return null;
        }
    }

    public void Dispose()
    {
        response.Dispose();
        deadline.Dispose();
    }

    /// <summary>Rejects lone surrogates and bytes that are no UTF-8 in what a server sent: to read or write them would fail later.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    public static void RejectHalfCharacters(JsonElement element)
    {
        var json = JsonMarshal.GetRawUtf8Value(element);
        if (!Utf8.IsValid(json))
        {
            throw new InvalidOperationException("It is not UTF-8.");
        }

        // Only an escape can make a lone surrogate: to look for one is cheaper than to write every answer for the sake of the check.
        if (json.IndexOf("\\u"u8) >= 0)
        {
            JsonSerializer.Serialize(Stream.Null, element, OutboundJsonContext.Default.JsonElement);
        }
    }

    private ProxyException Unintelligible(Exception? exception = null) => new(
        ErrorKind.InvalidResponse,
        $"{server.Subject} answered something that is not the expected JSON. Check that its URL is the base URL of an agent server.",
        exception);
}
