using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>An answer of <c>generate</c> that was put together from a stream.</summary>
internal sealed record MastraAnswer(
    string Text,
    MastraUsage? Usage,
    IReadOnlyList<MastraStep> Steps,
    string? FinishReason,
    IReadOnlyList<MastraEvent> ToolCalls,
    IReadOnlyList<MastraEvent> ToolResults)
{
    /// <summary>Only with models of AI SDK v4. Everything below only since 1.0.</summary>
    public string? Reasoning { get; init; }

    public string? ReasoningText { get; init; }

    public IReadOnlyList<MastraEvent>? Sources { get; init; }

    public IReadOnlyList<MastraEvent>? Files { get; init; }

    public MastraUsage? TotalUsage { get; init; }

    public JsonElement? Object { get; init; }

    public string? RunId { get; init; }

    public JsonObject? SuspendPayload { get; init; }

    public JsonNode? ResumeSchema { get; init; }
}
