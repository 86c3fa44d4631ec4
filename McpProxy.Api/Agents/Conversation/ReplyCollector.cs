using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Errors;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>What has arrived of an answer.</summary>
internal sealed class ReplyCollector(AgentCall call, TimeProvider time, int maxChunks)
{
    private const string Note = "The agent's answer was collected as it arrived; timestamp says when each piece came.";

    private readonly DateTime _start = time.GetUtcNow().UtcDateTime;
    private readonly StringBuilder _text = new();
    private readonly List<StreamChunk> _chunks = [];
    private readonly List<AgentToolCall> _toolCalls = [];
    private string? _threadId = call.ThreadId;
    private AgentUsage? _usage;
    private string? _finishReason;
    private JsonElement? _interrupt;
    private AgentReply? _reply;

    public bool HasText => _text.Length > 0;

    /// <exception cref="ProxyException">The answer comes in too many pieces.</exception>
    public void Add(AgentUpdate update)
    {
        (_threadId, _usage, _finishReason) = (update.ThreadId ?? _threadId, update.Usage ?? _usage, update.FinishReason ?? _finishReason);
        (_interrupt, _reply) = (update.Interrupt ?? _interrupt, update.Reply ?? _reply);
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

    /// <param name="failure">Why there is no more of it.</param>
    public AgentAnswer ToAnswer(ProxyException? failure)
    {
        var stream = call.InteractionType is InteractionType.Stream ? ToStream(failure) : null;
        var details = stream is null ? null : new JsonObject
        {
            ["summary"] = JsonSerializer.SerializeToNode(stream.Summary with { Note = null, Error = null }, AgentsJsonContext.Default.StreamSummary),
        };

        return new(
            _reply ?? new(_text.ToString(), stream ?? (object)_text.ToString(), _threadId, _usage, _finishReason, _interrupt, _toolCalls, details), failure);
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
