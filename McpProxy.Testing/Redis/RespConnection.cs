using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace McpProxy.Testing.Redis;

/// <summary>Talks to a Redis in its own protocol. Replies are strings, numbers, arrays, <see langword="null"/> and <see cref="RespError"/>.</summary>
internal sealed class RespConnection : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _client = new() { NoDelay = true };
    private BufferedStream _stream = null!;

    public static async Task<RespConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new RespConnection();
        try
        {
            await connection._client.ConnectAsync("127.0.0.1", port, cancellationToken);
        }
        catch
        {
            connection._client.Dispose();
            throw;
        }

        connection._stream = new(connection._client.GetStream());

        return connection;
    }

    public async Task<object?> SendAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes($"*{command.Count}\r\n"));
        foreach (var word in command.Select(Encoding.UTF8.GetBytes))
        {
            request.Write([.. Encoding.ASCII.GetBytes($"${word.Length}\r\n"), .. word, .. "\r\n"u8]);
        }

        await _stream.WriteAsync(request.ToArray(), cancellationToken);
        await _stream.FlushAsync(cancellationToken);

        return await ReceiveAsync(cancellationToken);
    }

    /// <summary>Reads the next reply, or what a subscription brings.</summary>
    public Task<object?> ReceiveAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken).WaitAsync(_patience, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task<object?> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        var rest = line[1..];

        return line[0] switch
        {
            '+' => rest,
            '-' => new RespError(rest),
            ':' => long.Parse(rest, CultureInfo.InvariantCulture),
            '$' => rest is "-1" ? null : await ReadStringAsync(int.Parse(rest, CultureInfo.InvariantCulture), cancellationToken),
            '*' => rest is "-1" ? null : await ReadArrayAsync(int.Parse(rest, CultureInfo.InvariantCulture), cancellationToken),
            _ => throw new IOException($"Redis sent '{line}'."),
        };
    }

    private async Task<string> ReadStringAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length + 2];
        await _stream.ReadExactlyAsync(bytes, cancellationToken);

        return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
    }

    private async Task<object?[]> ReadArrayAsync(int length, CancellationToken cancellationToken)
    {
        var items = new object?[length];
        for (var i = 0; i < length; i++)
        {
            items[i] = await ReadAsync(cancellationToken);
        }

        return items;
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        do
        {
            await _stream.ReadExactlyAsync(one, cancellationToken);
            line.Add(one[0]);
        }
        while (one[0] is not (byte)'\n');

        return Encoding.UTF8.GetString([.. line]).TrimEnd();
    }
}

internal sealed record RespError(string Message);
