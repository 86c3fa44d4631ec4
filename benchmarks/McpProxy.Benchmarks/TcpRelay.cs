using System.Net;
using System.Net.Sockets;

namespace McpProxy.Benchmarks;

/// <summary>Stands in front of a server and passes on what is said. What derives from it looks at that, or cuts it.</summary>
internal abstract class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;

    protected TcpRelay(Uri target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new UriBuilder(_target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        _stopping.Dispose();
    }

    /// <summary>They are passed on when this is done.</summary>
    /// <param name="count">How many bytes are passed on; none when the connection has just been made.</param>
    /// <param name="isAnswer">Whether the server sent them.</param>
    /// <param name="connection">Cancelling it cuts the connection.</param>
    protected abstract ValueTask OnPassingAsync(int count, bool isAnswer, CancellationTokenSource connection);

    protected virtual void OnCut()
    {
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
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target.Port, connection.Token);
            await OnPassingAsync(0, isAnswer: false, connection);
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), isAnswer: false, connection),
                CopyAsync(far.GetStream(), near.GetStream(), isAnswer: true, connection)).Unwrap();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // One side is gone, or it was cut.
        }

        if (connection.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            OnCut();
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isAnswer, CancellationTokenSource connection)
    {
        var buffer = new byte[16 * 1024];
        int length;
        while ((length = await from.ReadAsync(buffer, connection.Token)) > 0)
        {
            await OnPassingAsync(length, isAnswer, connection);
            await to.WriteAsync(buffer.AsMemory(0, length), connection.Token);
        }
    }
}
