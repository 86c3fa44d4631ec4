using System.Net.Sockets;
using System.Text;

namespace McpProxy.Testing.Network;

/// <summary>A connection on which a client says what it likes, whole or not, and reads when it likes.</summary>
internal sealed class RawConnection : IDisposable
{
    // The system takes little in its stead.
    private readonly TcpClient _client = new() { ReceiveBufferSize = 4096 };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<RawConnection> OpenAsync(Uri url)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(url.IdnHost, url.Port, CancellationToken);

        return connection;
    }

    /// <summary>Sends a request as it is, and reads until the connection ends.</summary>
    public static async Task<string> AskAsync(Uri url, string request)
    {
        using var connection = await OpenAsync(url);
        await connection.SendAsync(request);

        return await connection.ReadToEndAsync();
    }

    /// <summary>The head of a request that MCP clients send.</summary>
    public static string Head(int length, string headers = "Content-Type: application/json\r\n") =>
        $"POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: application/json, text/event-stream\r\n{headers}Content-Length: {length}\r\n\r\n";

    public static string Post(string body, string headers = "Content-Type: application/json\r\n") => Head(Encoding.UTF8.GetByteCount(body), headers) + body;

    public static string Call(string agentId, string interactionType = "generate")
        => Post($$$$"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"callAgent",
            "arguments":{"targetAgentId":"{{{{agentId}}}}","interactionType":"{{{{interactionType}}}}","messages":[{"role":"user","content":"Hello"}]}}}
            """);

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes, CancellationToken);

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the text has come, or the connection ends.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        var (read, buffer, looked) = (new StringBuilder(), new byte[4096], 0);
        try
        {
            int length;
            while (!read.ToString(looked, read.Length - looked).Contains(text, StringComparison.Ordinal)
                && (length = await _client.GetStream().ReadAsync(buffer, CancellationToken)) > 0)
            {
                looked = Math.Max(0, read.Length - text.Length);
                read.Append(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (IOException)
        {
            // It was cut.
        }

        return read.ToString();
    }

    public Task<string> ReadToEndAsync() => ReadToAsync("\0");

    public void Dispose() => _client.Dispose();
}
