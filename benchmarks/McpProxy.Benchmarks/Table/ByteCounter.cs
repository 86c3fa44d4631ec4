using System.Net;
using System.Net.Sockets;

namespace McpProxy.Benchmarks.Table;

/// <summary>Stands in front of a server, passes everything on, and counts it.</summary>
internal sealed class ByteCounter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private long _asked;
    private long _answered;

    public ByteCounter(Uri target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new UriBuilder(_target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>How many bytes went to the server.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>How many bytes the server sent.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassOnAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Nobody is let in any more.
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_target.Host, _target.Port, _stopping.Token);
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), count => Interlocked.Add(ref _asked, count)),
                CopyAsync(far.GetStream(), near.GetStream(), count => Interlocked.Add(ref _answered, count))).Unwrap();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // One side is gone.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Action<int> count)
    {
        var buffer = new byte[16 * 1024];
        int length;
        while ((length = await from.ReadAsync(buffer, _stopping.Token)) > 0)
        {
            count(length);
            await to.WriteAsync(buffer.AsMemory(0, length), _stopping.Token);
        }
    }
}
