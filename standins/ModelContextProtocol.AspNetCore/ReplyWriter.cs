using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Writes a reply to HTTP: as JSON if all there is to say is the answer and it comes soon, otherwise as a stream of events.</summary>
internal sealed class ReplyWriter(HttpContext context, Reply reply)
{
    private static readonly TimeSpan JsonPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);
    private bool _streaming;

    /// <summary>Before modern revisions every JSON-RPC error was sent with status 200.</summary>
    public bool ErrorsHaveStatus { get; init; }

    /// <summary>Shows the client at once that it is listened to.</summary>
    public async Task StartStreamAsync()
    {
        StartStream();
        await FlushAsync();
    }

    /// <summary>Ends when the reply is closed.</summary>
    public async Task WriteAsync()
    {
        var written = false;
        while (await WaitAsync())
        {
            while (reply.Messages.TryRead(out var message))
            {
                await WriteAsync(message);
                written = true;
            }
        }

        if (!written && !_streaming)
        {
            StartStream(); // A cancelled request gets no answer, and an empty stream is how that looks.
        }
    }

    private async Task<bool> WaitAsync()
    {
        var ready = reply.Messages.WaitToReadAsync().AsTask();
        while (!ready.IsCompleted)
        {
            await ((Task)ready).WaitAsync(_streaming ? KeepAliveInterval : JsonPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ready.IsCompleted)
            {
                StartStream();
                context.Response.BodyWriter.Write(": keep-alive\n\n"u8);
                await FlushAsync();
            }
        }

        return await ready;
    }

    private async ValueTask WriteAsync(JsonRpcMessage message)
    {
        if (!_streaming && Reply.IsAnswer(message))
        {
            context.Response.StatusCode = StatusOf(message);
            McpJson.WriteBody(context.Response, message);
            return;
        }

        StartStream();
        var body = context.Response.BodyWriter;
        body.Write("event: message\ndata: "u8);
        McpJson.Write(body, message);
        body.Write("\n\n"u8);
        await FlushAsync();
    }

    private int StatusOf(JsonRpcMessage message) => !ErrorsHaveStatus || message is not JsonRpcError error
        ? StatusCodes.Status200OK
        : (McpErrorCode)error.Error.Code switch
        {
            McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
            McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion
                => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status200OK,
        };

    private void StartStream()
    {
        if (_streaming)
        {
            return;
        }

        _streaming = true;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache,no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    // Without a token: it ends by itself when the client goes.
    private async ValueTask FlushAsync() => await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
}
