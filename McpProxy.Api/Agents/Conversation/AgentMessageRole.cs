using System.Text.Json.Serialization;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>Who said a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgentMessageRole>))]
internal enum AgentMessageRole
{
    [JsonStringEnumMemberName("user")]
    User,

    [JsonStringEnumMemberName("assistant")]
    Assistant,

    [JsonStringEnumMemberName("system")]
    System,
}
