using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>What an agent answered.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Response">The answer in the shape that users of this type of agent server know: something that becomes JSON.</param>
/// <param name="ThreadId">The conversation that the agent server keeps, if it keeps one.</param>
/// <param name="Usage">What the answer cost, if the server says so.</param>
/// <param name="FinishReason">Why the answer ended where it did, if the server says so.</param>
/// <param name="Interrupt">What the agent stopped to ask, if it did, as its server tells it.</param>
/// <param name="ToolCalls">The tools it called on the way.</param>
/// <param name="Details">What else the answer holds, without what repeats the text, how it came about, and the other members here.</param>
/// <param name="Question">What it stopped to ask, in words.</param>
internal sealed record AgentReply(
    string Text,
    object Response,
    string? ThreadId = null,
    AgentUsage? Usage = null,
    string? FinishReason = null,
    JsonElement? Interrupt = null,
    IReadOnlyList<AgentToolCall>? ToolCalls = null,
    JsonObject? Details = null,
    AgentQuestion? Question = null);
