using System.Runtime.CompilerServices;
using System.Text;

namespace McpProxy.SampleAgentServer.Mastra;

/// <summary>One answer in Mastra's words: first the chunks of its stream, and when they are over the reply to <c>generate</c>.</summary>
/// <param name="agents">Who answers.</param>
/// <param name="agent">Which of them.</param>
/// <param name="question">What it is asked.</param>
/// <param name="thread">What it remembers.</param>
/// <param name="suspended">Where it is kept when it stops to ask.</param>
/// <param name="resumed">All that it has heard, if it goes on after that.</param>
internal sealed class MastraRun(
    SampleAgents agents,
    SampleAgent agent,
    IReadOnlyList<AgentMessage> question,
    MastraThread? thread,
    RecentThreads<SuspendedRun> suspended,
    IReadOnlyList<AgentMessage>? resumed = null)
{
    private const string TextId = "t1";

    private readonly Guid _runId = Guid.NewGuid();
    private readonly Guid _messageId = Guid.NewGuid();
    private readonly IReadOnlyList<MastraMessage> _remembered = thread?.Messages ?? [];
    private readonly IReadOnlyList<MastraMessage> _asked = [.. question.Select(message => MastraMessage.Of(message, thread))];
    private readonly List<MastraStep> _steps = [];
    private readonly StringBuilder _text = new();
    private IReadOnlyList<MastraMessage> _messages = [];
    private ToolCallPayload? _approval;

    public async IAsyncEnumerable<MastraChunk> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heard = resumed ?? [.. _remembered.Concat(_asked).Select(message => message.ToAgentMessage())];

        yield return Chunk("start", new StartPayload(agent.Id, _messageId));
        yield return StepStart();
        await foreach (var piece in agents.AnswerAsync(agent, heard, cancellationToken))
        {
            if (piece is AskPiece ask)
            {
                foreach (var chunk in Ask(ask, heard))
                {
                    yield return chunk;
                }

                yield break;
            }

            foreach (var chunk in piece is ToolPiece tool ? UseTool(tool, heard) : Say((TextPiece)piece))
            {
                yield return chunk;
            }
        }

        foreach (var chunk in Finish(heard))
        {
            yield return chunk;
        }
    }

    public GenerateReply ToReply() => new(
        Answer,
        TotalUsage,
        _steps,
        _approval is null ? "stop" : "suspended",
        [.. _steps.SelectMany(step => step.ToolCalls)],
        [.. _steps.SelectMany(step => step.ToolResults)],
        TotalUsage,
        _runId,
        _messages,
        _remembered,
        _approval);

    private string Answer => string.Concat(_steps.Select(step => step.Text));

    private Usage TotalUsage => _steps.Select(step => step.Usage).Aggregate((left, right) => left + right);

    private IEnumerable<MastraChunk> UseTool(ToolPiece tool, IReadOnlyList<AgentMessage> heard)
    {
        var call = new ToolCallPayload(tool.CallId, tool.ToolName, tool.Arguments);
        var step = EndStep(
            "tool-calls",
            heard,
            [Chunk("tool-call", call)],
            [Chunk("tool-result", new ToolResultPayload(tool.CallId, tool.ToolName, tool.Arguments, tool.Result))]);
        IEnumerable<MastraChunk> said = step.Text is "" ? [] : [TextEnd()];

        return [.. said, .. step.ToolCalls, .. step.ToolResults, Finished("step-finish", step, step.Usage, [call]), StepStart()];
    }

    /// <summary>Stops before a tool that somebody must allow.</summary>
    private IEnumerable<MastraChunk> Ask(AskPiece ask, IReadOnlyList<AgentMessage> heard)
    {
        _approval = new($"call_{_runId:N}", "act", new { ask.Question });
        suspended.GetOrAdd(_runId.ToString(), new(agent, heard, thread));
        var step = EndStep("suspended", heard, [Chunk("tool-call", _approval)], []);

        return [.. step.ToolCalls, Chunk("tool-call-approval", _approval)];
    }

    private IEnumerable<MastraChunk> Say(TextPiece piece)
    {
        if (_text.Length is 0)
        {
            yield return Chunk("text-start", new TextPayload(TextId));
        }

        _text.Append(piece.Text);
        yield return Chunk("text-delta", new TextPayload(TextId, piece.Text));
    }

    private IEnumerable<MastraChunk> Finish(IReadOnlyList<AgentMessage> heard)
    {
        var step = EndStep("stop", heard, [], []);

        IReadOnlyList<MastraMessage> said = [.. _asked, MastraMessage.Of(new("assistant", Answer), thread) with { Id = _messageId }];
        _messages = [.. _remembered, .. said];
        thread?.Append(said);

        return
        [
            TextEnd(),
            Finished("step-finish", step, step.Usage, []),
            Finished("finish", step, TotalUsage, []),
        ];
    }

    private MastraStep EndStep(
        string finishReason, IReadOnlyList<AgentMessage> heard, IReadOnlyList<MastraChunk> toolCalls, IReadOnlyList<MastraChunk> toolResults)
    {
        var text = _text.ToString();
        _text.Clear();
        var step = new MastraStep(_steps.Count is 0 ? "initial" : "tool-result", text, finishReason, Usage.Of(heard, text), toolCalls, toolResults);
        _steps.Add(step);

        return step;
    }

    private MastraChunk TextEnd() => Chunk("text-end", new TextPayload(TextId, Type: "text-end"));

    private MastraChunk StepStart() => Chunk("step-start", new StepStartPayload(_messageId, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));

    private MastraChunk Finished(string type, MastraStep step, Usage usage, IReadOnlyList<object> toolCalls) => Chunk(type, new FinishPayload(
        _messageId,
        new(step.FinishReason, IsContinued: step.FinishReason is "tool-calls"),
        new(agent.Id),
        new(step.Text, toolCalls, usage)));

    private MastraChunk Chunk(string type, object payload) => new(type, _runId, payload);
}

/// <summary>A run that waits for an answer, and all that its agent has heard.</summary>
internal sealed record SuspendedRun(SampleAgent Agent, IReadOnlyList<AgentMessage> Heard, MastraThread? Thread);
