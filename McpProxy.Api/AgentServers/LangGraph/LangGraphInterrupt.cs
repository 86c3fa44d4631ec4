using System.Text.Json;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>A question at which a graph stopped, to go on when it is answered.</summary>
internal sealed record LangGraphInterrupt(JsonElement Value = default)
{
    private string Question => Value.ValueKind switch
    {
        JsonValueKind.String => Value.GetString()!,
        JsonValueKind.Undefined or JsonValueKind.Null => "(it does not say what)",
        _ => LangGraphJsonContext.Compact(Value),
    };

    /// <returns>What the agent asks, and how it is answered.</returns>
    public static string Tell(IEnumerable<LangGraphInterrupt> interrupts, string? threadId)
    {
        var questions = string.Join('\n', interrupts.Select(interrupt => interrupt.Question));
        var next = threadId is null
            ? $"It can be answered only on a thread: call the agent again with a threadId, such as {Guid.NewGuid()}."
            : $$$"""To answer, call it again with threadId {{{threadId}}} and agentOptions {"command":{"resume":"<the answer>"}}; the messages of that call are not read.""";

        return $"The agent stopped and waits for an answer to this: {questions}\n\n{next}";
    }
}
