using System.Net;
using System.Net.Sockets;

namespace McpProxy.Benchmarks;

/// <summary>What stands in front of many servers: it passes on what is said, and cuts a connection on which nothing was said for a while.</summary>
internal sealed class IdleCutter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private readonly TimeSpan _patience;
    private int _cuts;

    public IdleCutter(Uri target, TimeSpan patience)
    {
        (_target, _patience) = (target, patience);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new UriBuilder(_target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>How many connections it has cut.</summary>
    public int Cuts => _cuts;

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
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target.Port, idle.Token);
            idle.CancelAfter(_patience);
            await Task.WhenAny(CopyAsync(near.GetStream(), far.GetStream(), idle), CopyAsync(far.GetStream(), near.GetStream(), idle)).Unwrap();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // One side is gone, or it was cut.
        }

        Interlocked.Add(ref _cuts, idle.IsCancellationRequested && !_stopping.IsCancellationRequested ? 1 : 0);
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationTokenSource idle)
    {
        var buffer = new byte[16 * 1024];
        int length;
        while ((length = await from.ReadAsync(buffer, idle.Token)) > 0)
        {
            idle.CancelAfter(_patience);
            await to.WriteAsync(buffer.AsMemory(0, length), idle.Token);
        }
    }
}
