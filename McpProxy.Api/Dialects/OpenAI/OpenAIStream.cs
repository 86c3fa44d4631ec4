using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>The events of one reply on Responses, from as many connections as it takes.</summary>
/// <param name="server">Where the agent is.</param>
/// <param name="call">What was sent.</param>
/// <param name="reply">What is known of it.</param>
/// <param name="maxBytes">How large it may be, on all connections together.</param>
internal sealed class OpenAIStream(AgentServer server, AgentCall call, OpenAIReply reply, long maxBytes)
{
    private long? _from;
    private long _read;
    private bool _isDone;

    /// <summary>The number of the last event, if the server numbers them.</summary>
    public long? Position { get; private set; }

    /// <summary>Why the last connection ended, if it broke.</summary>
    public ProxyException? Break { get; private set; }

    /// <summary>Whether nothing new came on the last connection.</summary>
    public bool WasSilent { get; private set; }

    /// <summary>Reads the events of one connection, until it ends, breaks or has said all.</summary>
    public async IAsyncEnumerable<AgentUpdate> ReadAsync(Stream events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Break, WasSilent, _isDone, _from) = (null, true, false, Position);
        await using var items = SseParser.Create(events, Take).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (!reply.IsOver && !_isDone && await MoveNextAsync(items))
        {
            if (items.Current.Data is { } update)
            {
                yield return update;
            }
        }

        if (reply.IsOver || _isDone)
        {
            await AgentResponse.DrainAsync(events);
        }

        foreach (var update in reply.IsOver ? reply.Rest() : [])
        {
            yield return update;
        }
    }

    private async Task<bool> MoveNextAsync(IAsyncEnumerator<SseItem<AgentUpdate?>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (ProxyException exception) when (AgentErrors.IsCut(exception))
        {
            Break = exception;

            return false;
        }
    }

    private AgentUpdate? Take(string name, ReadOnlySpan<byte> data)
    {
        _read += data.Length;
        if (_read > maxBytes)
        {
            throw AgentErrors.TooLarge(server, maxBytes);
        }

        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            _isDone |= !data.IsEmpty;

            return null;
        }

        try
        {
            return Take(Read(data, OpenAIJsonContext.Default.OpenAIEvent), name, data);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how a lone surrogate is found.
            throw OpenAIErrors.NotOpenAI(server, exception);
        }
    }

    private AgentUpdate? Take(OpenAIEvent happened, string name, ReadOnlySpan<byte> data)
    {
        // Where a further connection begins, servers do not agree on to one event.
        if (_from is { } from && happened.SequenceNumber <= from)
        {
            return null;
        }

        (WasSilent, Position) = (false, happened.SequenceNumber ?? Position);
        switch (happened.Type ?? name)
        {
            case "response.created" or "response.queued" or "response.in_progress"
                or "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled":
                reply.Take(Read(data, OpenAIJsonContext.Default.OpenAIResponseEvent).Response);
                return new();

            case "response.output_text.delta" or "response.refusal.delta":
                var piece = Read(data, OpenAIJsonContext.Default.OpenAITextEvent);
                return reply.Say(piece.Message, piece.Part, piece.Delta) is { } text ? new(text) : null;

            case "response.output_text.done" or "response.refusal.done":
                var whole = Read(data, OpenAIJsonContext.Default.OpenAITextEvent);
                return reply.Say(whole.Message, whole.Part, whole.Text ?? whole.Refusal, isWhole: true) is { } all ? new(all) : null;

            case "response.output_item.done":
                var part = Read(data, OpenAIJsonContext.Default.OpenAIItemEvent);
                return reply.Take(part.Item, part.OutputIndex);

            case "response.function_approval.requested":
                var wish = Read(data, OpenAIJsonContext.Default.OpenAIApprovalEvent);
                reply.Take(OpenAIApproval.Of(wish.RequestId, wish.FunctionCall?.Name, wish.FunctionCall?.Arguments));
                return null;

            case "error":
            case "message" when happened.Object is "error":
                throw AgentErrors.AgentFailed(server, call.AgentId, Read(data, OpenAIJsonContext.Default.AgentErrorBody).Message);

            default:
                return null;
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> data, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(data, type) ?? throw new JsonException();
}
