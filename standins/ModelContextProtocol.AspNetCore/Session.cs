using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>One client that initialized, and the MCP server that remembers it.</summary>
/// <param name="id">What the client names the session by.</param>
/// <param name="owner">Who opened it, and alone may use it.</param>
/// <param name="time">The clock that idleness is measured by.</param>
internal sealed class Session(string id, string? owner, TimeProvider time) : ITransport
{
    private readonly Channel<JsonRpcMessage> _incoming = Channel.CreateUnbounded<JsonRpcMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<RequestId, Reply> _replies = new();
    private readonly CancellationTokenSource _ended = new();
    private Reply? _unsolicited;
    private long _lastUsed = time.GetTimestamp();
    private int _openRequests;

    public string SessionId => id;

    public string? Owner => owner;

    /// <summary>How long no request has been open.</summary>
    public TimeSpan Idle => Volatile.Read(ref _openRequests) > 0 ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    public ChannelReader<JsonRpcMessage> MessageReader => _incoming.Reader;

    private TimeProvider Time => time;

    public void Start(McpServer server) => _ = server.RunAsync(_ended.Token);

    /// <summary>Serves a POST. Here a client that goes away cancels nothing: it has to say so.</summary>
    public async Task PostAsync(HttpContext context, JsonRpcMessage message)
    {
        using var use = Use(context);
        if (message is JsonRpcRequest request)
        {
            await AnswerAsync(context, request);
        }
        else
        {
            _incoming.Writer.TryWrite(message);
            CloseCancelled(message);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    }

    /// <summary>Serves a GET, which takes over from any earlier one: a message must not be sent twice.</summary>
    public async Task ListenAsync(HttpContext context, CancellationToken stopping)
    {
        using var use = Use(context);
        var reply = new Reply(default, id);
        Interlocked.Exchange(ref _unsolicited, reply)?.Close();
        using var gone = context.RequestAborted.UnsafeRegister(static state => ((Reply)state!).Close(), reply);
        using var stopped = stopping.UnsafeRegister(static state => ((Reply)state!).Close(), reply);
        using var ended = _ended.Token.UnsafeRegister(static state => ((Reply)state!).Close(), reply);

        var writer = new ReplyWriter(context, reply);
        await writer.StartStreamAsync();
        await writer.WriteAsync();
        Interlocked.CompareExchange(ref _unsolicited, null, reply);
    }

    /// <summary>Sends what answers no request: to the open GET, or to nobody.</summary>
    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) =>
        _unsolicited is { } stream ? stream.SendMessageAsync(message, cancellationToken)
        : message is JsonRpcRequest request ? throw new InvalidOperationException($"'{request.Method}' cannot reach the client: it has no GET stream open.")
        : Task.CompletedTask;

    /// <summary>Ends the session and cancels what goes on in it.</summary>
    public async ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        await _ended.CancelAsync();
        foreach (var reply in _replies.Values)
        {
            reply.Close();
        }
    }

    private async Task AnswerAsync(HttpContext context, JsonRpcRequest request)
    {
        var reply = new Reply(request.Id, id);
        using var gone = context.RequestAborted.UnsafeRegister(static state => ((Reply)state!).Close(), reply);
        _replies[request.Id] = reply;
        request.Context!.RelatedTransport = reply;
        if (!_incoming.Writer.TryWrite(request))
        {
            reply.Close(); // The session ended just now.
        }

        await new ReplyWriter(context, reply).WriteAsync();
        _replies.TryRemove(new(request.Id, reply));
    }

    // The server never answers a request that was cancelled, so that its POST would stay open for ever.
    private void CloseCancelled(JsonRpcMessage message)
    {
        if (message is JsonRpcNotification { Method: NotificationMethods.CancelledNotification, Params: JsonObject parameters }
            && parameters["requestId"] is JsonValue value
            && _replies.TryGetValue(value.TryGetValue(out long number) ? new(number) : new(parameters.Text("requestId") ?? ""), out var reply))
        {
            reply.Close();
        }
    }

    private InUse Use(HttpContext context)
    {
        context.Response.Headers[McpHeaders.SessionId] = id;
        Interlocked.Increment(ref _openRequests);

        return new(this);
    }

    private readonly struct InUse(Session session) : IDisposable
    {
        public void Dispose()
        {
            Volatile.Write(ref session._lastUsed, session.Time.GetTimestamp());
            Interlocked.Decrement(ref session._openRequests);
        }
    }
}
