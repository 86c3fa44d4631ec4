using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>What a graph does in one run on a thread: first its events, and when they are over the state or the error that it ended with.</summary>
internal sealed class LangGraphExecution(SampleAgents agents, SampleAgent agent, Assistant assistant, LangGraphThread thread)
{
    private readonly IReadOnlyList<LangGraphMessage> _before = thread.State.Messages;
    private readonly List<LangGraphMessage> _new = [];
    private readonly StringBuilder _text = new();
    private Interrupt? _interrupt;
    private int _step = 1;
    private string _answerId = NewAnswerId();

    public Guid Id { get; } = Guid.NewGuid();

    public Assistant Assistant => assistant;

    public RunError? Error { get; private set; }

    public StateValues Values => new([.. _before, .. _new]) { Interrupts = _interrupt is null ? null : [_interrupt] };

    public async IAsyncEnumerable<RunEvent> ExecuteAsync(RunRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new("metadata", new RunMetadata(Id, Attempt: 1));
        if (Accept(request) is { } error)
        {
            yield return Fail(error);
            yield break;
        }

        yield return State();
        List<AgentMessage> heard = [.. Values.Messages.Select(message => message.ToAgentMessage())];
        if (request.Command?.Resume is { } answer)
        {
            heard.Add(new(AgentMessage.Answer, answer.GetRawText()));
        }

        await foreach (var piece in agents.AnswerAsync(agent, heard, cancellationToken))
        {
            if (piece is AskPiece ask)
            {
                yield return Ask(ask);
                yield break;
            }

            foreach (var item in piece is ToolPiece tool ? UseTool(tool, Usage.Of(heard, _text.ToString())) : Say((TextPiece)piece))
            {
                yield return item;
            }
        }

        foreach (var item in Finish(Usage.Of(heard, _text.ToString())))
        {
            yield return item;
        }
    }

    /// <summary>Ends it with an error. What had been said to the graph stays in the thread.</summary>
    public RunEvent Fail(RunError error)
    {
        Error = error;
        thread.Keep("error", this, _new);

        return new("error", error);
    }

    private RunError? Accept(RunRequest request)
    {
        var input = request.Input;
        if (request.Command is not null && thread.State.Interrupt is not null)
        {
            return null;
        }

        try
        {
            if (input.ValueKind is not JsonValueKind.Object)
            {
                return new("EmptyInputError", "Received no input writes for \"__start__\"");
            }

            if (input.TryGetProperty("messages", out var messages))
            {
                _new.AddRange(AgentMessage.ReadAll(messages).Select(LangGraphMessage.Of));
            }

            return null;
        }
        catch (JsonException exception)
        {
            return new("Error", exception.Message);
        }
    }

    /// <summary>Ends it with a question: the next run on the thread brings the answer.</summary>
    private RunEvent Ask(AskPiece ask)
    {
        _interrupt = new(Guid.NewGuid().ToString("N"), ask.Question);
        thread.Keep("interrupted", this, _new, _interrupt);

        return new("values", new { __interrupt__ = new[] { _interrupt } }, "values");
    }

    private IEnumerable<RunEvent> UseTool(ToolPiece tool, Usage usage)
    {
        var arguments = JsonSerializer.Serialize(tool.Arguments, LangGraphJson.Compact);
        var call = LangGraphMessage.Ai(_answerId, "") with
        {
            ToolCalls = [new(tool.ToolName, tool.Arguments, tool.CallId)],
            UsageMetadata = usage,
        };
        yield return Chunk(call with { ToolCallChunks = [new(tool.ToolName, arguments, tool.CallId, Index: 0)] }, "model");
        _new.Add(call with { Content = _text.ToString() });
        _text.Clear();
        yield return State();

        _step++;
        var result = new LangGraphMessage(Guid.NewGuid().ToString(), "tool", JsonSerializer.Serialize(tool.Result, LangGraphJson.Compact))
        {
            ToolCallId = tool.CallId,
            Name = tool.ToolName,
        };
        yield return Chunk(result, "tools");
        _new.Add(result);
        yield return State();

        _step++;
        _answerId = NewAnswerId();
    }

    private IEnumerable<RunEvent> Say(TextPiece piece)
    {
        _text.Append(piece.Text);

        return [Chunk(LangGraphMessage.Ai(_answerId, piece.Text) with { ToolCallChunks = [] }, "model")];
    }

    private IEnumerable<RunEvent> Finish(Usage usage)
    {
        _new.Add(LangGraphMessage.Ai(_answerId, _text.ToString()) with { UsageMetadata = usage });
        thread.Keep("idle", this, _new);

        return [Chunk(LangGraphMessage.Ai(_answerId, "") with { ToolCallChunks = [], UsageMetadata = usage }, "model"), State()];
    }

    private RunEvent Chunk(LangGraphMessage message, string node)
        => new("messages", new object[] { message, new ChunkMetadata(thread.Id, Id, assistant.AssistantId, assistant.GraphId, _step, node) }, "messages-tuple");

    private RunEvent State() => new("values", Values, "values");

    private static string NewAnswerId() => $"run-{Guid.CreateVersion7()}";
}
