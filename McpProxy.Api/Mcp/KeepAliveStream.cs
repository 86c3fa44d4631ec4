namespace McpProxy.Api.Mcp;

/// <summary>The body of a response. If it is an event stream, comments fill its silences; anything else goes through as it is.</summary>
internal sealed class KeepAliveStream : Stream
{
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);
    private static readonly ReadOnlyMemory<byte> _comment = ": keepalive\n\n"u8.ToArray();

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly HttpResponse _response;
    private readonly Stream _body;
    private readonly CancellationToken _gone;
    private readonly ITimer _timer;
    private bool _endsEvent = true;

    public KeepAliveStream(HttpContext context, TimeProvider time)
    {
        (_response, _body, _gone) = (context.Response, context.Response.Body, context.RequestAborted);
        _timer = time.CreateTimer(static stream => _ = ((KeepAliveStream)stream!).CommentAsync(), this, _silence, _silence);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _timer.Change(_silence, _silence);
            _endsEvent = buffer.Span.EndsWith("\n\n"u8);
            await _body.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _body.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Ends the comments; a write in progress is waited for.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _writing.WaitAsync(CancellationToken.None);
        _writing.Dispose();
        await base.DisposeAsync();
    }

    private async Task CommentAsync()
    {
        // The MCP endpoint sets the content type before it begins to work, and sends the headers with its first message or with this comment.
        if (_response.ContentType is not "text/event-stream" || !await _writing.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (_endsEvent)
            {
                await _body.WriteAsync(_comment, _gone);
                await _body.FlushAsync(_gone);
            }
        }
        catch (Exception)
        {
            // The client is gone: the next event that is written fails too.
        }
        finally
        {
            _writing.Release();
        }
    }
}
