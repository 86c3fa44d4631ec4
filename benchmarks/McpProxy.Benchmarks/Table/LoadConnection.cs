using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpProxy.Benchmarks.Table;

/// <summary>
/// An HTTP/1.1 connection that sends requests written beforehand and reads their answers: an HTTP client would take as much of its core
/// as the server that it measures.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private static readonly byte[] _lineEnd = "\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _received = new byte[64 * 1024];
    private byte[] _body = new byte[64 * 1024];
    private int _length;
    private int _bodyLength;
    private int _next;
    private int? _contentLength;

    /// <summary>Status line and headers of the last answer.</summary>
    public string Head { get; private set; } = "";

    public ReadOnlySpan<byte> Body => _body.AsSpan(0, _bodyLength);

    /// <summary>How many bytes the last answer was, on the wire.</summary>
    public int ReceivedBytes => _length;

    public string Text => $"{Head}\n\n{Encoding.UTF8.GetString(Body)}";

    public bool IsSuccess => Head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal);

    public static async Task<LoadConnection> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        var connection = new LoadConnection();
        try
        {
            await connection._socket.ConnectAsync(new DnsEndPoint(url.Host, url.Port), cancellationToken);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        return connection;
    }

    /// <summary>Sends a request and reads the whole answer to it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        (Head, _length, _bodyLength, _next, _contentLength) = ("", 0, 0, 0, null);
        await _socket.SendAsync(request, cancellationToken);
        while (!IsWhole())
        {
            if (_length == _received.Length)
            {
                Array.Resize(ref _received, _length * 2);
            }

            var count = await _socket.ReceiveAsync(_received.AsMemory(_length), cancellationToken);
            if (count is 0)
            {
                throw new IOException($"The connection was closed in the middle of an answer: {Encoding.UTF8.GetString(_received, 0, _length)}");
            }

            _length += count;
        }
    }

    /// <returns>The value of a header of the last answer.</returns>
    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Select(line => line.Split(':', 2))
        .FirstOrDefault(pair => pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim();

    public void Dispose() => _socket.Dispose();

    private bool IsWhole()
    {
        if (Head is "" && !ReadHead())
        {
            return false;
        }

        if (_contentLength is not { } length)
        {
            return ReadChunks();
        }

        if (_length < _next + length)
        {
            return false;
        }

        Append(_received.AsSpan(_next, length));

        return true;
    }

    private bool ReadHead()
    {
        var end = _received.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        Head = Encoding.ASCII.GetString(_received, 0, end);
        _next = end + 4;
        _contentLength = Head.Contains("chunked", StringComparison.OrdinalIgnoreCase)
            ? null
            : int.Parse(Header("Content-Length") ?? "0", System.Globalization.CultureInfo.InvariantCulture);

        return true;
    }

    private bool ReadChunks()
    {
        while (true)
        {
            var rest = _received.AsSpan(_next, _length - _next);
            var sizeEnd = rest.IndexOf(_lineEnd);
            if (sizeEnd < 0)
            {
                return false;
            }

            if (!Utf8Parser.TryParse(rest[..sizeEnd], out int size, out _, 'x'))
            {
                throw new IOException($"This is no chunk of an answer: {Encoding.UTF8.GetString(rest)}");
            }

            var whole = sizeEnd + 2 + size + 2;
            if (rest.Length < whole)
            {
                return false;
            }

            if (size is 0)
            {
                return true;
            }

            Append(rest.Slice(sizeEnd + 2, size));
            _next += whole;
        }
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (_bodyLength + part.Length > _body.Length)
        {
            Array.Resize(ref _body, Math.Max(_body.Length * 2, _bodyLength + part.Length));
        }

        part.CopyTo(_body.AsSpan(_bodyLength));
        _bodyLength += part.Length;
    }
}
