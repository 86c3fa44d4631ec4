using System.Security.Cryptography;
using ModelContextProtocol.Protocol;
using Calls = System.Collections.Concurrent.ConcurrentDictionary<(string Client, string RequestId), System.Threading.CancellationTokenSource>;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Lets clients of older revisions cancel a call by <c>notifications/cancelled</c>, and ends the request of a call that was cancelled: the MCP endpoint
/// writes no answer to it and would leave it open. A client without a session gets an id that no replica keeps anything for, so that any replica serves it
/// and its request ids can be told from those of others. The notification counts where the call runs.
/// </summary>
internal static class CancelledCalls
{
    private const string SessionId = "Mcp-Session-Id";

    public static void UseCancelledCalls(this WebApplication app, McpOptions options)
    {
        var calls = new Calls();
        app.UseWhen(IsOlder, older => older.Use((context, next) => HandleAsync(context, next, calls, options.Sessions)));
    }

    private static bool IsOlder(HttpContext context)
        => context.Request.Path.StartsWithSegments(McpExtensions.Path, StringComparison.OrdinalIgnoreCase)
            && string.CompareOrdinal(context.Request.Headers[ClientMessage.VersionHeader].ToString(), ClientMessage.FirstStatelessRevision) < 0;

    private static async Task HandleAsync(HttpContext context, RequestDelegate next, Calls calls, bool hasSessions)
    {
        var client = context.Request.Headers[SessionId].ToString();
        var message = context.Features.Get<ClientMessage>();
        if (!hasSessions)
        {
            context.Request.Headers.Remove(SessionId);
            if (message?.Method is RequestMethods.Initialize)
            {
                context.Response.Headers[SessionId] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            }
        }

        if (client is "" || message is null || (message.Cancelled ?? message.Key) is not { } id)
        {
            await next(context);
        }
        else if (message.Cancelled is null)
        {
            await CallAsync(context, next, calls, (client, id));
        }
        else
        {
            // Where there is a session, it is told first: its call does not end with the request.
            await next(context);
            if (context.Response.StatusCode is StatusCodes.Status202Accepted && calls.TryGetValue((client, id), out var call))
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
}
