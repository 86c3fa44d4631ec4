using System.Text.Json;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>Puts together what <c>generate</c> would have answered from what a stream tells.</summary>
/// <remarks>
/// Left out is what a stream does not tell, or only in another shape: <c>messages</c> and <c>rememberedMessages</c> as the server keeps them;
/// <c>request</c>, <c>response</c>, <c>providerMetadata</c> and <c>warnings</c>, which went to and came from the model's provider; traces and scores;
/// <c>usedFallbackValue</c>; and the same content in other forms, such as <c>reasoning</c> in parts. With models of AI SDK v4, also sources and files.
/// </remarks>
/// <param name="isLegacy">Whether the stream is the data stream of AI SDK v4, so that the answer is that of its time.</param>
internal sealed class MastraTranscript(bool isLegacy)
{
    private readonly List<MastraStep> _steps = [];
    private MastraStep _step = new("initial", isLegacy);
    private MastraEnd? _end;
    private MastraPause? _pause;
    private JsonElement? _object;
    private string? _runId;

    /// <summary>Whether the stream came to an end, and did not just break off.</summary>
    public bool HasEnded { get; private set; }

    public bool HasText { get; private set; }

    public void Add(MastraEvent happened)
    {
        _step.Add(happened);
        switch (happened)
        {
            case MastraStart { RunId: var runId }:
                _runId = runId;
                break;

            case MastraTextDelta { Payload.Text.Length: > 0 }:
                HasText = true;
                break;

            case MastraObject { Object: var whole }:
                _object = whole;
                break;

            case MastraPause pause:
                _pause = pause;
                HasEnded = true;
                break;

            case MastraStepFinish { Payload: var end }:
                _steps.Add(_step);
                _step = new(isLegacy && end?.StepResult?.IsContinued is true ? "continue" : "tool-result", isLegacy);
                break;

            case MastraFinish { Payload: var end }:
                HasEnded = true;
                _end ??= end;
                break;
        }
    }

    public JsonElement ToAnswer(AgentServer server)
        => MastraJsonContext.Read(server, () => JsonSerializer.SerializeToElement(isLegacy ? ToLegacyAnswer() : ToAnswer(), MastraJsonContext.Default.MastraAnswer));

    private MastraAnswer ToAnswer()
    {
        // The step that the agent waits in has not ended: what it did counts, what it said does not.
        MastraStep[] steps = [.. _steps, _step];
        var reasoning = string.Concat(steps.Select(step => step.ReasoningText));

        return new(
            string.Concat((_pause is null ? steps : [.. _steps]).Select(step => step.Text)),
            _end?.Output?.Usage,
            _steps,
            _pause is null ? _end?.StepResult?.Reason : MastraReason.Suspended,
            [.. steps.SelectMany(step => step.ToolCalls)],
            [.. steps.SelectMany(step => step.ToolResults)])
        {
            ReasoningText = reasoning is "" ? null : reasoning,
            Sources = [.. steps.SelectMany(step => step.Sources ?? [])],
            Files = [.. steps.SelectMany(step => step.Files ?? [])],
            TotalUsage = _end?.Output?.Usage,
            Object = _object,
            RunId = _runId,
            SuspendPayload = _pause?.Payload,
            ResumeSchema = _pause?.Payload?["resumeSchema"],
        };
    }

    /// <summary>AI SDK v4 answers with the last step, and with those that it goes on from.</summary>
    private MastraAnswer ToLegacyAnswer()
    {
        MastraStep[] steps = _steps is [] ? [_step] : [.. _steps];
        var last = steps[^1];
        var text = string.Concat(steps.Reverse().TakeWhile(step => step == last || step.IsContinued is true).Reverse().Select(step => step.Text));

        return new(text, _end?.Output?.Usage, _steps, _end?.StepResult?.Reason, last.ToolCalls, last.ToolResults) { Reasoning = last.Reasoning };
    }
}
