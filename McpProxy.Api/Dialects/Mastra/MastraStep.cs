using System.Text;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>One step of an agent, as <c>generate</c> shows it: some members only since 1.0, some only with models of AI SDK v4.</summary>
internal sealed class MastraStep(string stepType, bool isLegacy)
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<MastraPart> _parts = [];

    public string StepType => stepType;

    public string Text => _text.ToString();

    public string? Reasoning => isLegacy && _reasoning.Length > 0 ? _reasoning.ToString() : null;

    public string? ReasoningText => isLegacy ? null : _reasoning.ToString();

    public IReadOnlyList<MastraEvent> ToolCalls => [.. _parts.OfType<MastraToolCall>()];

    public IReadOnlyList<MastraEvent> ToolResults => [.. _parts.OfType<MastraToolResult>()];

    public IReadOnlyList<MastraEvent>? Sources => isLegacy ? null : [.. _parts.OfType<MastraSource>()];

    public IReadOnlyList<MastraEvent>? Files => isLegacy ? null : [.. _parts.OfType<MastraFile>()];

    public string? FinishReason { get; private set; }

    public MastraUsage? Usage { get; private set; }

    public bool? IsContinued { get; private set; }

    public void Add(MastraEvent happened)
    {
        switch (happened)
        {
            case MastraTextDelta { Payload.Text: { } text }:
                _text.Append(text);
                break;

            case MastraReasoningDelta { Payload.Text: { } thought }:
                _reasoning.Append(thought);
                break;

            case MastraToolResult result when isLegacy:
                _parts.Add(result.Of(_parts.OfType<MastraToolCall>()));
                break;

            case MastraPart part:
                _parts.Add(part);
                break;

            case MastraStepFinish { Payload: { } end }:
                (FinishReason, Usage) = (end.StepResult?.Reason, end.Output?.Usage);
                IsContinued = isLegacy ? end.StepResult?.IsContinued : null;
                break;
        }
    }
}
