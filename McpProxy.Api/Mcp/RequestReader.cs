using System.IO.Pipelines;
using System.Text.Json;
using McpProxy.Api.Access;
using McpProxy.Api.Hosting;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace McpProxy.Api.Mcp;

/// <summary>Reads each request whole before the MCP endpoint gets it, and refuses those that are too large, too slow or no JSON-RPC message.</summary>
internal static class RequestReader
{
    private const int MaxName = 200;

    public static void UseRequestReader(this WebApplication app)
        => app.UseWhen(
            context => HttpMethods.IsPost(context.Request.Method)
                && context.Request.Path.StartsWithSegments(McpExtensions.Path, StringComparison.OrdinalIgnoreCase),
            posts => posts.Use(HandleAsync));

    private static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var services = context.RequestServices;
        var (end, options) = (services.GetRequiredService<OrderlyEnd>(), services.GetRequiredService<ClientOptions>());
        var memory = services.GetRequiredService<MemoryBudgets>().Requests.Open();
        context.Response.RegisterForDispose(memory);
        try
        {
            if (!IsUtf8Json(context.Request))
            {
                throw Refused(StatusCodes.Status415UnsupportedMediaType, "Send the message as Content-Type: application/json, in UTF-8.");
            }

            var body = await ReadAsync(context, memory, options);
            var message = Parse(body);
            context.Features.Set(message);
            Check(message, context.Request.Headers[ClientMessage.VersionHeader]);
            using var work = end.Enter();
            if (end.HasBegun && !message.IsNotification)
            {
                throw Stopping();
            }

            (context.Request.Body, context.Request.ContentType) = (body, "application/json");
            await next(context);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            var code = exception.StatusCode is StatusCodes.Status400BadRequest ? (int)McpErrorCode.InvalidRequest : HttpRefusal.ServerError;
            await RefuseAsync(context, exception.StatusCode, code, exception.Message);
        }
        catch (McpProtocolException exception) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, (int)exception.ErrorCode, exception.Message);
        }
        catch (JsonException) when (!context.Response.HasStarted)
        {
            // The MCP endpoint reads what a client says of itself before any filter of ours.
            var wrong = RequestParameters.Wrong(context.Features.Get<ClientMessage>()?.Method);
            await RefuseAsync(context, StatusCodes.Status400BadRequest, (int)wrong.ErrorCode, wrong.Message);
        }
    }

    private static bool IsUtf8Json(HttpRequest request)
        => request.HasJsonContentType()
            && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (!type.Charset.HasValue || type.Charset.Value.Trim('"').ToLowerInvariant() is "utf-8" or "utf8");

    private static async Task<MemoryStream> ReadAsync(HttpContext context, MemoryLease memory, ClientOptions options)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var (body, reader) = (new MemoryStream(), context.Request.BodyReader);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var waking = idle.Token.Register(reader.CancelPendingRead);
        while (true)
        {
            idle.CancelAfter(options.RequestIdleTime);
            var part = await ReadAsync(reader);
            var fits = memory.TryTake(part.Buffer.Length);
            foreach (var segment in fits ? part.Buffer : default)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(part.Buffer.End);
            if (!fits)
            {
                throw Refused(
                    StatusCodes.Status503ServiceUnavailable,
                    $"The proxy has no room for more requests now. Send it again later; {memory.Budget.Setting} sets how much room there is.");
            }

            if (part.IsCompleted)
            {
                body.Position = 0;

                return body;
            }

            if (part.IsCanceled)
            {
                throw stopping.IsCancellationRequested ? Stopping() : Refused(
                    StatusCodes.Status408RequestTimeout,
                    $"The rest of the request did not come within {options.RequestIdleSeconds} s; MCP_REQUEST_IDLE_SECONDS sets how long the proxy waits.");
            }
        }
    }

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync();
        }
        catch (Exception exception) when (exception is (IOException and not BadHttpRequestException) or OverflowException)
        {
            throw Refused(StatusCodes.Status400BadRequest, "Bad Request: The body broke off, or its parts are not as long as they say.");
        }
    }

    private static ClientMessage Parse(MemoryStream body)
    {
        try
        {
            using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));

            return UnreadableJson.FindProblem(json.RootElement) is { } problem ? throw NoMessage($"message{problem}") : ClientMessage.From(json.RootElement);
        }
        catch (JsonException)
        {
            throw NoMessage("it is not JSON");
        }
    }

    private static void Check(ClientMessage message, string? version)
    {
        if (message.Method?.Length > MaxName || message.Name?.Length > MaxName)
        {
            throw Refused(StatusCodes.Status400BadRequest, $"No method and no tool has a name of more than {MaxName} characters.");
        }

        // The MCP endpoint compares them with headers, and takes for granted that they are text.
        if (!message.IsNamedByText)
        {
            throw RequestParameters.Wrong(message.Method);
        }

        // The MCP endpoint checks that metadata follows the header, not that the header is there when the metadata is.
        if (message.Revision is { } revision && ClientMessage.IsStateless(revision) && revision != version)
        {
            throw new McpProtocolException(
                $"The header {ClientMessage.VersionHeader} must say the same as the message's _meta, '{revision}'.", McpErrorCode.HeaderMismatch);
        }
    }

    private static BadHttpRequestException Refused(int status, string message) => new(message, status);

    private static BadHttpRequestException NoMessage(string problem)
        => Refused(StatusCodes.Status400BadRequest, $"Bad Request: The POST body did not contain a valid JSON-RPC message: {problem}.");

    private static BadHttpRequestException Stopping() => Refused(
        StatusCodes.Status503ServiceUnavailable,
        "The proxy is being stopped, and nothing was begun. Send it again, to another replica or when the proxy is back.");

    private static Task RefuseAsync(HttpContext context, int status, int code, string message)
    {
        context.Response.Clear();
        // The rest of the request is not waited for.
        context.Response.Headers.Connection = "close";
        if (status is StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return context.RefuseAsync(status, message, code, Id(context.Features.Get<ClientMessage>()?.Id ?? default));
    }

    /// <returns>The id to answer to; none if it is one that the protocol does not have.</returns>
    private static RequestId Id(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.String => new(id.GetString()!),
        JsonValueKind.Number when id.TryGetInt64(out var number) => new(number),
        _ => default,
    };
}
