using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>What has arrived of an answer.</summary>
internal sealed class ReplyCollector(AgentCall call, TimeProvider time, int maxChunks)
{
    private const string Note = "The agent's answer was collected as it arrived; timestamp says when each piece came.";

    private readonly DateTime _start = time.GetUtcNow().UtcDateTime;
    private readonly StringBuilder _text = new();
    private readonly List<StreamChunk> _chunks = [];
    private readonly List<AgentToolCall> _toolCalls = [];
    private string? _threadId = call.KnownThreadId;
    private AgentUsage? _usage;
    private string? _finishReason;
    private JsonElement? _interrupt;
    private AgentQuestion? _question;
    private JsonObject? _details;
    private AgentReply? _reply;

    /// <exception cref="ProxyException">The answer comes in too many pieces.</exception>
    public void Add(AgentUpdate update)
    {
        (_threadId, _usage, _finishReason) = (update.ThreadId ?? _threadId, update.Usage ?? _usage, update.FinishReason ?? _finishReason);
        (_interrupt, _question) = (update.Interrupt ?? _interrupt, update.Question ?? _question);
        (_details, _reply) = (update.Details ?? _details, update.Reply ?? _reply);
        _toolCalls.AddRange(update.ToolCalls ?? []);
        if (update.Text is not { Length: > 0 } piece)
        {
            return;
        }

        _text.Append(piece);
        if (call.InteractionType is InteractionType.Stream)
        {
            if (_chunks.Count == maxChunks)
            {
                throw new ProxyException(
                    ErrorKind.Interrupted, $"The answer came in more than {maxChunks} pieces, and was cut off. Ask for less, or raise MCP_MAX_CHUNKS.");
            }

            _chunks.Add(new(piece, time.GetUtcNow().UtcDateTime, _chunks.Count));
        }
    }

    /// <summary>What came of the call, now that all has arrived.</summary>
    public CallOutcome ToOutcome()
    {
        var reply = ToReply(null);

        return reply.Interrupt is null ? new CallOutcome.Answered(reply) : new CallOutcome.Interrupted(reply);
    }

    /// <param name="failure">Why there is no more of the answer.</param>
    public CallOutcome ToOutcome(ProxyException failure) => new CallOutcome.Failed(failure, _text.Length > 0 ? ToReply(failure) : null);

    private AgentReply ToReply(ProxyException? failure)
    {
        if (_reply is not null)
        {
            return _reply;
        }

        var (text, details) = (_text.ToString(), _details ?? []);
        if (call.InteractionType is not InteractionType.Stream)
        {
            return new(text, text, _threadId, _usage, _finishReason, _interrupt, _toolCalls, details, _question);
        }

        var stream = ToStream(failure);
        details["summary"] = JsonSerializer.SerializeToNode(stream.Summary with { Note = null, Error = null }, AgentsJsonContext.Default.StreamSummary);

        return new(text, stream, _threadId, _usage, _finishReason, _interrupt, _toolCalls, details, _question);
    }

    private StreamedAnswer ToStream(ProxyException? failure)
    {
        var end = time.GetUtcNow().UtcDateTime;

        return new(
            failure is null ? "collected_stream" : "partial_stream",
            _chunks,
            new(_chunks.Count, _start, end, (long)(end - _start).TotalMilliseconds, Note, failure?.Message));
    }
}
