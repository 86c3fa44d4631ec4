using System.Security.Cryptography;
using System.Text.Json;
using Calls = System.Collections.Concurrent.ConcurrentDictionary<(string Client, string RequestId), System.Threading.CancellationTokenSource>;

namespace McpProxy.Api;

/// <summary>
/// Lets clients of older revisions cancel a call by <c>notifications/cancelled</c>, and ends the request of a call that was cancelled: the MCP endpoint
/// writes no answer to it and would leave it open. A client without a session gets an id that stands for nothing but itself, so that any replica serves it
/// and its request ids can be told from those of others. The notification counts where the call runs.
/// </summary>
internal static class CancelledCalls
{
    private const string SessionId = "Mcp-Session-Id";
    private const string FirstRevisionWithout = "2026-07-28";

    // As much as a request may have: nothing that was said is written to a disk.
    private const int MaxBodyInMemory = 4 * 1024 * 1024;

    public static void UseCancelledCalls(this WebApplication app, ProxyOptions options)
    {
        var calls = new Calls();
        app.UseWhen(IsOlder, older => older.Use((context, next) => HandleAsync(context, next, calls, options.Sessions)));
    }

    private static bool IsOlder(HttpContext context)
        => context.Request.Path.StartsWithSegments("/mcp")
            && string.CompareOrdinal(context.Request.Headers["MCP-Protocol-Version"].ToString(), FirstRevisionWithout) < 0;

    private static async Task HandleAsync(HttpContext context, RequestDelegate next, Calls calls, bool hasSessions)
    {
        var client = context.Request.Headers[SessionId].ToString();
        var message = HttpMethods.IsPost(context.Request.Method) ? await ReadAsync(context) : default;
        if (!hasSessions)
        {
            context.Request.Headers.Remove(SessionId);
            if (message.Method is "initialize")
            {
                context.Response.Headers[SessionId] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            }
        }

        if (client is "" || message.Id is null)
        {
            await next(context);
        }
        else if (message.Method is not "notifications/cancelled")
        {
            await CallAsync(context, next, calls, (client, message.Id));
        }
        else
        {
            // Where there is a session, it is told first: its call does not end with the request.
            await next(context);
            if (context.Response.StatusCode is StatusCodes.Status202Accepted && calls.TryGetValue((client, message.Id), out var call))
            {
                await call.CancelAsync();
            }
        }
    }

    private static async Task CallAsync(HttpContext context, RequestDelegate next, Calls calls, (string Client, string RequestId) key)
    {
        var gone = context.RequestAborted;
        // Not disposed: a notification may have found it and be about to cancel it.
        var cancelled = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var isFirst = calls.TryAdd(key, cancelled);
        context.RequestAborted = cancelled.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            // Who has cancelled gets no answer, but the request has to end.
        }
        finally
        {
            context.RequestAborted = gone;
            if (isFirst)
            {
                calls.TryRemove(key, out _);
            }
        }
    }

    /// <returns>The method, and the id of the request that the message is, or is about.</returns>
    private static async Task<(string? Method, string? Id)> ReadAsync(HttpContext context)
    {
        context.Request.EnableBuffering(MaxBodyInMemory);
        try
        {
            using var message = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var root = message.RootElement;
            var method = root.TryGetProperty("method", out var name) ? name.GetString() : null;
            var id = method is "notifications/cancelled" ? root.GetProperty("params").GetProperty("requestId")
                : root.TryGetProperty("id", out var own) ? own
                : default;

            return (method, id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id.GetRawText() : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Whatever it is, the endpoint says what is wrong with it.
            return default;
        }
        finally
        {
            context.Request.Body.Position = 0;
        }
    }
}
