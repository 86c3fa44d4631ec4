using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>
/// One reply, read from as many connections as it takes: what the agent says is passed on as it comes, and the state it leaves tells the
/// rest.
/// </summary>
/// <param name="server">Where the agent is.</param>
/// <param name="call">What was sent.</param>
/// <param name="maxBytes">How large the reply may be, on all connections together.</param>
internal sealed class LangGraphStream(AgentServer server, AgentCall call, long maxBytes)
{
    private const int MaxEventId = 200;

    private readonly StringBuilder _message = new();
    private string? _messageId;
    private bool _hasEvents;
    private long _read;

    /// <summary>The last event that was read, if the server names its events.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>Whether a further connection can begin where the last one ended.</summary>
    public bool CanGoOn => LastEventId is not null || !_hasEvents;

    /// <summary>Why the last connection ended, if it broke.</summary>
    public ProxyException? Break { get; private set; }

    /// <summary>Whether nothing came on the last connection.</summary>
    public bool WasSilent { get; private set; }

    /// <summary>Whether the last that came was the graph's state, which is how a run ends.</summary>
    public bool EndsWithState { get; private set; }

    public bool HasWords => _message.Length > 0;

    /// <summary>What the graph left, as far as it is known.</summary>
    public LangGraphState? State { get; set; }

    /// <summary>Why the run failed.</summary>
    public LangGraphRunError? Error { get; set; }

    /// <summary>Reads the events of one connection, until it ends or breaks.</summary>
    public async IAsyncEnumerable<AgentUpdate> ReadAsync(Stream events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Break, WasSilent) = (null, true);
        await using var items = SseParser.Create(events, Take).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(items))
        {
            WasSilent = false;
            LastEventId = items.Current.EventId is { Length: > 0 and <= MaxEventId } id && Ascii.IsValid(id) ? id : LastEventId;
            if (items.Current.Data is { } text)
            {
                yield return new(text);
            }
        }
    }

    /// <summary>The last update, when the run is over.</summary>
    public AgentUpdate Finish(Guid threadId)
    {
        if (Error is not null)
        {
            throw AgentErrors.AgentFailed(server, call.AgentId, Error.Reason);
        }

        if (State is null)
        {
            return HasWords ? new(ThreadId: call.ThreadId) : throw AgentErrors.AgentBrokeOff(server, call.AgentId);
        }

        var keptThread = call.ThreadId ?? (State.IsInterrupted ? threadId.ToString() : null);
        var answer = State.Answer(keptThread ?? "");
        var reply = new AgentReply(
            answer, answer, keptThread, State.Usage, Interrupt: State.Questions, ToolCalls: State.ToolCalls, Question: State.Question);

        // Graphs without messages stream nothing, and those that stop to ask do not say so in their messages.
        return new(
            HasWords && !State.IsInterrupted ? null : Separator + answer,
            State.Usage,
            keptThread,
            Reply: call.InteractionType is InteractionType.Generate ? reply : null,
            Interrupt: State.Questions,
            ToolCalls: State.ToolCalls,
            Question: State.Question);
    }

    private string Separator => HasWords ? "\n\n" : "";

    private async Task<bool> MoveNextAsync(IAsyncEnumerator<SseItem<string?>> items)
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

    /// <returns>The text to pass on, if the event holds any.</returns>
    private string? Take(string name, ReadOnlySpan<byte> data)
    {
        (_hasEvents, EndsWithState, _read) = (true, name is "values", _read + data.Length);
        if (_read > maxBytes)
        {
            throw AgentErrors.TooLarge(server, maxBytes);
        }

        try
        {
            switch (name.Split('|')[0])
            {
                case "messages" when JsonSerializer.Deserialize(data, LangGraphJsonContext.Default.JsonElementArray) is [var message, ..]:
                    return Take(message.Deserialize(LangGraphJsonContext.Default.LangGraphMessage));

                case "error":
                    Error = LangGraphRunError.Read(Read(data));
                    return null;

                case "values" when name is "values":
                    State = LangGraphState.Read(Read(data)).After(State);
                    return null;

                default:
                    return null;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how half a character is found.
            throw LangGraphErrors.NotLangGraph(server, exception);
        }
    }

    private static JsonElement Read(ReadOnlySpan<byte> data)
    {
        var json = JsonSerializer.Deserialize(data, LangGraphJsonContext.Default.JsonElement);
        AgentResponse.RejectHalfCharacters(json);

        return json;
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
