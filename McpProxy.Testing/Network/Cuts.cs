using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.Network;

/// <summary>How what stands between two servers ends a connection too early.</summary>
internal static class Cuts
{
    /// <summary>Ends the first connection on which the text comes, behind the event that holds it.</summary>
    /// <param name="text">What to wait for.</param>
    /// <param name="properly">Whether it looks like the end of the answer.</param>
    /// <param name="then">What happens besides.</param>
    /// <param name="leavesIdsOut">Whether events lose their ids.</param>
    public static Func<HttpContext, Stream, Task> After(string text, bool properly, Action? then = null, bool leavesIdsOut = false)
    {
        var isDone = false;

        return async (context, body) =>
        {
            using var reader = new StreamReader(body);
            var isNear = false;
            while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
            {
                await context.Response.WriteAsync(leavesIdsOut && line.StartsWith("id:", StringComparison.Ordinal) ? "" : line + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                isNear |= !isDone && line.Contains(text, StringComparison.Ordinal);
                if (isNear && line.Length is 0)
                {
                    isDone = true;
                    then?.Invoke();
                    End(context, properly);

                    return;
                }
            }
        };
    }

    /// <summary>Ends every connection on which nothing comes for a while.</summary>
    /// <param name="patience">How long a while is.</param>
    /// <param name="properly">Whether it looks like the end of the answer.</param>
    public static Func<HttpContext, Stream, Task> WhenIdle(TimeSpan patience, bool properly) => async (context, body) =>
    {
        var buffer = new byte[16 * 1024];

        // A read that was only left would keep the connection, and take what is answered to the next request on it.
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            idle.CancelAfter(patience);
            while (await body.ReadAsync(buffer, idle.Token) is > 0 and var read)
            {
                idle.CancelAfter(Timeout.InfiniteTimeSpan);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                idle.CancelAfter(patience);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            End(context, properly);
        }
    };

    /// <summary>Passes nothing on, not even that there is an answer, where a request asks to run something.</summary>
    public static Func<HttpContext, Stream, Task> HoldRuns(TaskCompletionSource held) => async (context, body) =>
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value!.EndsWith("/runs/stream", StringComparison.Ordinal))
        {
            held.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }

        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    };

    private static void End(HttpContext context, bool properly)
    {
        if (!properly)
        {
            context.Abort();
        }
    }
}
