using System.ComponentModel;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>A message in a conversation with an agent.</summary>
internal sealed record AgentMessage(
    [property: Description("Who said it.")] AgentMessageRole Role,
    [property: Description("What was said.")] string Content);
