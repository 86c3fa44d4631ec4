using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What a run leaves: whatever the graph keeps, mostly messages, or what made it stop.</summary>
internal sealed record LangGraphState(
    IReadOnlyList<LangGraphMessage?>? Messages = null,
    [property: JsonPropertyName("__interrupt__")] IReadOnlyList<LangGraphInterrupt?>? Interrupts = null,
    [property: JsonPropertyName("__error__")] LangGraphRunError? Error = null)
{
    [JsonIgnore]
    public JsonElement Json { get; private init; }

    [JsonIgnore]
    public bool IsInterrupted => Interrupts is not null;

    /// <summary>What the graph stopped to ask, each with the id under which it is answered where there are several.</summary>
    [JsonIgnore]
    public JsonElement? Questions => IsInterrupted
        ? JsonSerializer.SerializeToElement([.. Interrupts!.OfType<LangGraphInterrupt>()], LangGraphJsonContext.Default.LangGraphInterruptArray)
        : null;

    /// <summary>The same in words.</summary>
    [JsonIgnore]
    public AgentQuestion? Question => IsInterrupted ? LangGraphInterrupt.Question([.. Interrupts!.OfType<LangGraphInterrupt>()]) : null;

    /// <summary>What the messages of this run cost, together.</summary>
    [JsonIgnore]
    public AgentUsage? Usage => LangGraphUsage.Sum([.. OfThisRun.Select(message => message.UsageMetadata).OfType<LangGraphUsage>()]);

    /// <summary>The tools that were called in this run.</summary>
    [JsonIgnore]
    public IReadOnlyList<AgentToolCall> ToolCalls
        => [.. OfThisRun.SelectMany(message => message.ToolCalls ?? []).Select(call => AgentToolCall.Read(call?.Name, call?.Args)).OfType<AgentToolCall>()];

    /// <summary>A thread's state holds all its messages; a run begins with what a human said.</summary>
    private IEnumerable<LangGraphMessage> OfThisRun
        => (Messages ?? []).OfType<LangGraphMessage>().Reverse().TakeWhile(message => message.Type is not "human").Reverse();

    public static LangGraphState Read(JsonElement json)
    {
        try
        {
            return (json.Deserialize(LangGraphJsonContext.Default.LangGraphState) ?? new()) with { Json = json };
        }
        catch (JsonException)
        {
            // A state is what its graph makes it: it need not be an object, and "messages" may be anything there.
            return new() { Json = json };
        }
    }

    /// <returns>This state, or the earlier one with the question, as the state of an interrupted run is told in parts.</returns>
    public LangGraphState After(LangGraphState? earlier)
        => IsInterrupted && Messages is null && earlier is not null ? earlier with { Interrupts = [.. earlier.Interrupts ?? [], .. Interrupts!] } : this;

    /// <returns>The words that a reader takes for the answer. Never empty.</returns>
    public string Answer(string threadId)
    {
        if (IsInterrupted)
        {
            return LangGraphInterrupt.Format([.. Interrupts!.OfType<LangGraphInterrupt>()], threadId);
        }

        if (Messages is null)
        {
            return Json.ValueKind is JsonValueKind.String ? Json.GetString()! : ReadableJson.Of(Json);
        }

        var messages = OfThisRun.ToList();
        var answer = messages.FindLast(message => message.IsAgent);
        var last = messages.LastOrDefault();

        return answer switch
        {
            { Content: { Length: > 0 } text } => text,
            not null when last is { Type: "tool", Content: { Length: > 0 } text } => text,
            { ToolCalls: { Count: > 0 } calls } =>
                "The agent stopped without an answer: it wants to call "
                + $"{string.Join(", ", calls.Select(call => $"'{RemoteText.Clean(call?.Name, 100)}'"))}, and its server did not do so.",
            _ => WithoutAnswer(),
        };
    }

    private string WithoutAnswer()
    {
        var rest = JsonObject.Create(Json)!;
        rest.Remove("messages");

        return "The agent ended its run without an answer."
            + (rest.Count > 0 ? $" What else it left: {ReadableJson.Of(rest)}" : "");
    }
}
