using System.Security.Cryptography;
using ModelContextProtocol.Protocol;
using Calls = System.Collections.Concurrent.ConcurrentDictionary<(string Client, string RequestId), System.Threading.CancellationTokenSource>;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Lets clients of older revisions cancel a call by <c>notifications/cancelled</c>, sent to the replica on which it runs. The call's request is ended
/// here, since the MCP endpoint would leave it open. A client without a session gets a session id that nothing is kept for: it only tells the client's
/// request ids from those of others, so any replica serves it.
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
            && !ClientMessage.IsStateless(context.Request.Headers[ClientMessage.VersionHeader]);

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
            // First to the session, if there is one: there a call does not end with its request.
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
        // Not disposed: a notification may be about to cancel it.
        var cancelled = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var isFirst = calls.TryAdd(key, cancelled);
        context.RequestAborted = cancelled.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            // A cancelled call gets no answer, but its request has to end.
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
