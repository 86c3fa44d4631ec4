using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>A message in a graph's state, or a piece of one in a stream.</summary>
internal sealed record LangGraphMessage(
    string? Type = null,
    string? Id = null,
    [property: JsonConverter(typeof(LangGraphContentConverter))] string? Content = null,
    IReadOnlyList<LangGraphToolCall?>? ToolCalls = null,
    JsonElement? ToolCallChunks = null,
    LangGraphUsage? UsageMetadata = null)
{
    /// <summary>Said by the agent, not by a human or a tool.</summary>
    [JsonIgnore]
    public bool IsAgent => Type is "ai" or "AIMessageChunk";

    /// <summary>A message that came as one, since only pieces have pieces of tool calls.</summary>
    [JsonIgnore]
    public bool IsWhole => Type is "ai" && ToolCallChunks is null;
}

internal sealed record LangGraphToolCall(string? Name = null, JsonElement? Args = null);

internal sealed record LangGraphUsage(long? InputTokens = null, long? OutputTokens = null, long? TotalTokens = null)
{
    public static AgentUsage? Sum(IReadOnlyList<LangGraphUsage> parts)
        => parts.Count is 0 ? null : new(Sum(parts, part => part.InputTokens), Sum(parts, part => part.OutputTokens), Sum(parts, part => part.TotalTokens));

    /// <returns><see langword="null"/> if nobody can have used so many.</returns>
    private static long? Sum(IEnumerable<LangGraphUsage> parts, Func<LangGraphUsage, long?> count)
        => parts.Sum(part => (decimal?)count(part)) is >= long.MinValue and <= long.MaxValue and var sum ? (long)sum : null;
}
