using System.Net;
using System.Net.Sockets;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>Opens connections to agent servers, and only to addresses that the policy passes.</summary>
/// <remarks>
/// A name can lead somewhere else each time it is asked. So it is resolved once, every answer is checked, and what was checked is dialled.
/// </remarks>
/// <param name="policy">What may be dialled.</param>
/// <param name="resolve">Answers where a name leads; the operating system if left out.</param>
internal sealed class GuardedConnector(ServerUrlPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>Creates a handler that goes nowhere but where it was sent: no redirect, no proxy, no cookie of another call.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = _timeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
        // Closing a response halfway tells the server at once, instead of reading on for its sake.
        ResponseDrainTimeout = TimeSpan.Zero,
        ActivityHeadersPropagator = new TraceContextPropagator(),
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await _resolve(host, cancellationToken);
        if (addresses.Select(address => policy.Problem(host, port, address)).FirstOrDefault(problem => problem is not null) is { } refusal)
        {
            throw new ProxyException(ErrorKind.RefusedByPolicy, $"'{host}:{port}' can't be used: {refusal}");
        }

        var failure = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            try
            {
                return await DialAsync(new(address, port), _timeout / addresses.Length, cancellationToken);
            }
            catch (SocketException exception)
            {
                failure = exception;
            }
        }

        throw failure;
    }

    private static async Task<Stream> DialAsync(IPEndPoint endPoint, TimeSpan time, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(time);
            await socket.ConnectAsync(endPoint, timeout.Token);

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            throw;
        }
    }
}
