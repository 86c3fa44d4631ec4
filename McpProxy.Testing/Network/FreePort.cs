using System.Net;
using System.Net.Sockets;

namespace McpProxy.Testing.Network;

internal static class FreePort
{
    /// <returns>A port on which nothing listens.</returns>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string Url() => $"http://127.0.0.1:{Next()}";
}
