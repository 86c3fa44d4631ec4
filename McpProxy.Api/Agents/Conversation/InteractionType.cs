using System.Text.Json.Serialization;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>How an agent is asked to answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InteractionType>))]
internal enum InteractionType
{
    /// <summary>With the whole answer at once.</summary>
    [JsonStringEnumMemberName("generate")]
    Generate,

    /// <summary>Piece by piece, as the text comes.</summary>
    [JsonStringEnumMemberName("stream")]
    Stream,
}
