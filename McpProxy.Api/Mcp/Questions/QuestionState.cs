using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Mcp.Questions;

/// <summary>What has to be known of a question until its answer comes. The client keeps it, and can neither read nor change it.</summary>
/// <param name="Id">Tells it from others, so that only one answer counts.</param>
/// <param name="ServerUrl">The server of the agent that asks.</param>
/// <param name="AgentId">The agent.</param>
/// <param name="ThreadId">The conversation in which it waits.</param>
/// <param name="Text">What it asks.</param>
/// <param name="Expires">Until when it can be answered in this way.</param>
/// <param name="Owner">Whom it asks, where callers say who they are.</param>
/// <param name="Schema">What the answer has to fit, if that is known.</param>
internal sealed record QuestionState(
    string Id, string ServerUrl, string AgentId, string ThreadId, string Text, DateTimeOffset Expires, string? Owner = null, JsonObject? Schema = null);

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(QuestionState))]
internal sealed partial class QuestionJsonContext : JsonSerializerContext;
