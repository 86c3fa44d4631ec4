using System.Text.Json;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>How a thread stands.</summary>
internal sealed record LangGraphThreadState(
    JsonElement Values, LangGraphStateMetadata? Metadata = null, IReadOnlyList<LangGraphTask?>? Tasks = null)
{
    /// <returns>What the run left, or <see langword="null"/> if another run has been on the thread since.</returns>
    public LangGraphState? LeftBy(LangGraphRunId run)
    {
        if (Metadata?.RunId != run.RunId)
        {
            return null;
        }

        LangGraphInterrupt?[] interrupts = [.. (Tasks ?? []).SelectMany(task => task?.Interrupts ?? [])];

        return LangGraphState.Read(Values) with { Interrupts = interrupts is [] ? null : interrupts };
    }
}

internal sealed record LangGraphStateMetadata(Guid? RunId = null);

/// <summary>What a thread has yet to do.</summary>
internal sealed record LangGraphTask(IReadOnlyList<LangGraphInterrupt?>? Interrupts = null);
