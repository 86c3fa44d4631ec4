using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Gets the one JSON-RPC message out of a POST.</summary>
internal static class MessageBody
{
    private const string Json = "application/json";
    private const string EventStream = "text/event-stream";

    public static async Task<(JsonRpcMessage? Message, Refusal? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return (null, new(StatusCodes.Status415UnsupportedMediaType, (int)McpErrorCode.InvalidRequest, $"Content-Type must be {Json}."));
        }

        if (!Accepts(request, Json) || !AcceptsEventStream(request))
        {
            return (null, new(StatusCodes.Status406NotAcceptable, (int)McpErrorCode.InvalidRequest, $"Accept must name {Json} and {EventStream}."));
        }

        try
        {
            var message = await JsonSerializer.DeserializeAsync(request.BodyReader, McpJson.Incoming, cancellationToken);

            return message is null ? (null, NotAMessage()) : (message, null);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException) // The latter is how the reader says "duplicate property".
        {
            return (null, NotAMessage());
        }
        catch (BadHttpRequestException exception)
        {
            var reason = exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? "it is too large" : "it did not arrive whole";

            return (null, new(exception.StatusCode, (int)McpErrorCode.InvalidRequest, $"The body could not be read: {reason}."));
        }
    }

    public static bool AcceptsEventStream(HttpRequest request) => Accepts(request, EventStream);

    private static bool Accepts(HttpRequest request, string type)
    {
        foreach (var accepted in request.Headers.Accept)
        {
            if (accepted is not null
                && (accepted.Contains(type, StringComparison.OrdinalIgnoreCase) || accepted.Contains("*/*", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static Refusal NotAMessage() => Refusal.BadRequest(McpErrorCode.InvalidRequest, "The body is not one valid JSON-RPC message.");
}
