using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>What has become known of a reply.</summary>
/// <param name="Text">The next piece of text, or <see langword="null"/> when this only tells something about the reply.</param>
/// <param name="Usage">What the reply has cost so far: the last one counts.</param>
/// <param name="ThreadId">The conversation that the agent server keeps.</param>
/// <param name="FinishReason">Why the reply ended where it did.</param>
/// <param name="Run">Where the run can be joined again, if it can: only the client that said so understands it.</param>
/// <param name="Reply">The whole reply.</param>
/// <param name="Interrupt">What the agent stopped to ask, as its server tells it.</param>
/// <param name="ToolCalls">The tools it has called since the last update.</param>
/// <param name="Details">What else the reply holds.</param>
/// <param name="Question">What it stopped to ask, in words.</param>
/// <param name="Outcome">What came of the call: only the last update has it, and only <see cref="AgentInvoker"/> knows it.</param>
internal sealed record AgentUpdate(
    string? Text = null,
    AgentUsage? Usage = null,
    string? ThreadId = null,
    string? FinishReason = null,
    string? Run = null,
    AgentReply? Reply = null,
    JsonElement? Interrupt = null,
    IReadOnlyList<AgentToolCall>? ToolCalls = null,
    JsonObject? Details = null,
    AgentQuestion? Question = null,
    CallOutcome? Outcome = null);
