using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace McpProxy.Testing.Network;

/// <summary>
/// Ports for servers that cannot find one themselves. They are below those that a system gives to whoever asks for any: nothing takes one by chance before it
/// is used, or while its server is away.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, bool> _given = new();

    /// <param name="count">How many ports are wanted, one behind another.</param>
    /// <returns>A port on which nothing listens, the first of as many as are wanted. None is given twice.</returns>
    public static int Next(int count = 1)
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (Enumerable.Range(port, count).All(wanted => IsFree(wanted) && _given.TryAdd(wanted, true)))
            {
                return port;
            }
        }
    }

    public static string Url() => $"http://127.0.0.1:{Next()}";

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
