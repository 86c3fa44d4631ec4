using System.Text.Json;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>A question at which a graph stopped, to go on when it is answered.</summary>
internal sealed record LangGraphInterrupt(string? Id = null, JsonElement? Value = null)
{
    private string Text => Value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: not JsonValueKind.Null } json => ReadableJson.Of(json),
        _ => "(it does not say what)",
    };

    /// <returns>What the agent asks.</returns>
    public static AgentQuestion Question(IReadOnlyList<LangGraphInterrupt> interrupts) => interrupts switch
    {
        [] => AgentQuestion.YesOrNo("The agent stopped before its next step, as it was told to. May it go on?"),
        [var only] => new(only.Text),
        _ => AgentQuestion.Several(
            "The agent waits for answers to these:", [.. interrupts.Select(interrupt => (interrupt.Id ?? "", interrupt.Text))], "string"),
    };

    /// <returns>What the agent asks, and how it is answered.</returns>
    public static string Format(IReadOnlyList<LangGraphInterrupt> interrupts, string threadId) => interrupts switch
    {
        [] => $"The agent stopped before its next step, as it was told to. To let it go on, call it again with threadId {threadId} and resume true.",
        [var only] => AgentQuestion.Format(only.Text, threadId),
        _ => $"""
            The agent stopped and waits for answers to these:
            {string.Join('\n', interrupts.Select(interrupt => $"{interrupt.Id}: {interrupt.Text}"))}

            To answer, call it again with threadId {threadId} and as resume an object with the answer to each under its id.
            """,
    };
}
