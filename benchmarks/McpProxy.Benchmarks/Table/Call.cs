using System.Text;

namespace McpProxy.Benchmarks.Table;

/// <summary>A request as it goes over the wire, and what an answer to it holds if it is right.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Request">All of the request.</param>
/// <param name="Body">Its body.</param>
/// <param name="Expected">A part of the answer.</param>
internal sealed record Call(Uri Url, ReadOnlyMemory<byte> Request, string Body, ReadOnlyMemory<byte> Expected)
{
    /// <summary>A POST of JSON.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="headers">Further headers, as lines that each end with a line end.</param>
    /// <param name="body">The JSON.</param>
    /// <param name="expected">A part of the answer.</param>
    public static Call Post(Uri url, string headers, string body, string expected) => new(
        url,
        Encoding.UTF8.GetBytes(
            $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            + $"{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"),
        body,
        Encoding.UTF8.GetBytes(expected));

    /// <exception cref="InvalidOperationException">The answer is not the right one.</exception>
    public async Task SendAsync(LoadConnection connection, CancellationToken cancellationToken)
    {
        await connection.SendAsync(Request, cancellationToken);
        if (!connection.IsSuccess || connection.Body.IndexOf(Expected.Span) < 0 || connection.Body.IndexOf("\"isError\":true"u8) >= 0)
        {
            throw new InvalidOperationException($"{Url} answered something else than '{Encoding.UTF8.GetString(Expected.Span)}':\n{connection.Text}");
        }
    }
}
