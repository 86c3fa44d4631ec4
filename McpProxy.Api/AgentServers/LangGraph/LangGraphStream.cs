using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>One streamed reply: what the agent says is passed on as it comes, and the state it leaves tells the rest.</summary>
internal sealed class LangGraphStream(AgentServer server, AgentCall call)
{
    private readonly StringBuilder _message = new();
    private string? _messageId;
    private LangGraphState? _state;

    /// <summary>The thread that the run is on, which the server has made up for a run without one.</summary>
    public string? ThreadId { get; private set; }

    public async IAsyncEnumerable<AgentUpdate> ReadAsync(Stream events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in SseParser.Create(events, Take).EnumerateAsync(cancellationToken))
        {
            if (item.Data is { } text)
            {
                yield return new(text);
            }
        }

        if (_state is null && _message.Length is 0)
        {
            throw LangGraphErrors.BrokeOff(server, call);
        }

        // Graphs without messages stream nothing, and those that stop to ask do not say so in their messages.
        var rest = _message.Length is 0 || _state is { IsInterrupted: true } ? Separator + _state!.Answer(call.ThreadId) : null;

        yield return new(rest, _state?.Usage, call.ThreadId);
    }

    private string Separator => _message.Length is 0 ? "" : "\n\n";

    /// <returns>The text to pass on, if the event holds any.</returns>
    private string? Take(string name, ReadOnlySpan<byte> data)
    {
        try
        {
            switch (name.Split('|')[0])
            {
                case "messages" when JsonSerializer.Deserialize(data, LangGraphJsonContext.Default.JsonElementArray) is [var message, .. var rest]:
                    ThreadId ??= rest is [var about, ..] ? about.Deserialize(LangGraphJsonContext.Default.LangGraphMessageMetadata)?.ThreadId : null;
                    return Take(message.Deserialize(LangGraphJsonContext.Default.LangGraphMessage));

                case "error":
                    throw LangGraphErrors.Failed(server, call, JsonSerializer.Deserialize(data, LangGraphJsonContext.Default.LangGraphRunError) ?? new());

                case "values" when name is "values":
                    _state = LangGraphState.Read(JsonSerializer.Deserialize(data, LangGraphJsonContext.Default.JsonElement)).After(_state);
                    return null;

                default:
                    return null;
            }
        }
        catch (JsonException exception)
        {
            throw LangGraphErrors.Unintelligible(server, exception);
        }
    }

    private string? Take(LangGraphMessage? message)
    {
        // A node may hand on as its own message, whole and under a new id, what its model has just said.
        if (message is not { IsAgent: true, Content: { Length: > 0 } text } || (message.IsWhole && _message.Equals(text)))
        {
            return null;
        }

        var separator = "";
        if (message.Id != _messageId)
        {
            separator = Separator;
            _messageId = message.Id;
            _message.Clear();
        }

        _message.Append(text);

        return separator + text;
    }
}
