using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Running;

internal static class SparePort
{
    /// <returns>A port on which nothing listens.</returns>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
