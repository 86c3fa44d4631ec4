using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>One MCP server for all requests that have no session, whoever sent them: inside, each gets an id of its own.</summary>
internal sealed class StatelessServer : ITransport
{
    private readonly Channel<JsonRpcMessage> _incoming = Channel.CreateUnbounded<JsonRpcMessage>(new() { SingleReader = true });
    private readonly CancellationToken _stopping;
    private long _lastId;

    public StatelessServer(McpServerOptions options, IServiceProvider services, CancellationToken stopping)
    {
        _stopping = stopping;
        _ = McpServer.Create(this, options, services.GetRequiredService<ILoggerFactory>(), services).RunAsync(CancellationToken.None);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _incoming.Reader;

    /// <param name="context">The HTTP request. If its client closes the connection, the work on it is cancelled.</param>
    /// <param name="request">The message in it.</param>
    public async Task AnswerAsync(HttpContext context, JsonRpcRequest request)
    {
        var reply = new Reply(request.Id, sessionId: null);
        using var gone = context.RequestAborted.UnsafeRegister(static state => ((Reply)state!).Close(), reply);
        using var stopping = request.Method == RequestMethods.SubscriptionsListen
            ? _stopping.UnsafeRegister(static state => ((Reply)state!).EndSubscription(), reply)
            : default;

        request.Id = new RequestId(Interlocked.Increment(ref _lastId));
        request.Context!.RelatedTransport = reply;
        _incoming.Writer.TryWrite(request);
        await new ReplyWriter(context, reply) { ErrorsHaveStatus = ProtocolRevisions.IsModern(request.Context.ProtocolVersion) }.WriteAsync();

        if (!reply.IsAnswered)
        {
            var cancelled = new JsonObject { ["requestId"] = request.Id.Node() };
            _incoming.Writer.TryWrite(new JsonRpcNotification { Method = NotificationMethods.CancelledNotification, Params = cancelled });
        }
    }

    /// <summary>Comes from no request, and there is nobody else to send it to.</summary>
    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();

        return ValueTask.CompletedTask;
    }
}
