using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>A response body that ends: too large, too late and broken off are <see cref="ProxyException"/>s.</summary>
internal sealed class AgentResponseBody(AgentServer server, Stream body, long maxBytes, MemoryLease memory, Deadline deadline) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            deadline.Restart();
            var read = await body.ReadAsync(buffer, deadline.Token);
            _read += read;

            return _read > maxBytes ? throw AgentErrors.TooLarge(server, maxBytes)
                : memory.TryTake(read) ? read
                : throw AgentErrors.NoRoom(server, memory);
        }
        catch (OperationCanceledException exception) when (deadline.Explain(exception) is { } explained)
        {
            throw explained;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new ProxyException(
                ErrorKind.Interrupted,
                $"{server.Subject} broke off in the middle of its answer. What was asked may have happened; ask again only if doing it twice "
                + "does no harm.",
                exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
