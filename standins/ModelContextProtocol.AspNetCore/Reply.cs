using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

/// <summary>What the MCP server says to one HTTP request. It may say it at any time, even after the client has gone, since only <see cref="ReplyWriter"/> touches HTTP.</summary>
/// <param name="id">The client's own id of its request, which the answer has to carry.</param>
/// <param name="sessionId">The session, if there is one: only there can the server ask the client something.</param>
internal sealed class Reply(RequestId id, string? sessionId) : ITransport
{
    // Bounded, so that a tool that reports faster than its client reads has to wait.
    private readonly Channel<JsonRpcMessage> _messages = Channel.CreateBounded<JsonRpcMessage>(new BoundedChannelOptions(64) { SingleReader = true });

    public string? SessionId => sessionId;

    public ChannelReader<JsonRpcMessage> Messages => _messages.Reader;

    public bool IsAnswered { get; private set; }

    ChannelReader<JsonRpcMessage> ITransport.MessageReader => throw new NotSupportedException("Replies only go out.");

    public static bool IsAnswer(JsonRpcMessage message) => message is JsonRpcResponse or JsonRpcError;

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        if (message is JsonRpcRequest request && sessionId is null)
        {
            throw new InvalidOperationException($"'{request.Method}' asks the client something, and without a session its answer could not find the way back.");
        }

        Readdress(message);
        if (!await TryQueueAsync(message, cancellationToken) && message is JsonRpcRequest lost)
        {
            throw new InvalidOperationException($"'{lost.Method}' cannot reach the client: it no longer listens.");
        }

        if (IsAnswer(message))
        {
            IsAnswered = true;
            Close();
        }
    }

    /// <summary>Ends a subscription in the way that tells the client it was no accident.</summary>
    public void EndSubscription()
    {
        var result = new JsonObject { ["resultType"] = "complete", ["_meta"] = new JsonObject { [MetaKeys.SubscriptionId] = id.Node() } };
        _messages.Writer.TryWrite(new JsonRpcResponse { Id = id, Result = result });
        Close();
    }

    public void Close() => _messages.Writer.TryComplete();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<bool> TryQueueAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        while (!_messages.Writer.TryWrite(message))
        {
            if (!await _messages.Writer.WaitToWriteAsync(cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    // Inside, the request may have had another id: see StatelessServer.
    private void Readdress(JsonRpcMessage message)
    {
        if (IsAnswer(message))
        {
            ((JsonRpcMessageWithId)message).Id = id;
        }
        else if (message is JsonRpcNotification { Params: JsonObject parameters }
            && parameters["_meta"] is JsonObject metadata && metadata.ContainsKey(MetaKeys.SubscriptionId))
        {
            metadata[MetaKeys.SubscriptionId] = id.Node();
        }
    }
}
