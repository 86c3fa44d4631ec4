using System.Text.Json.Serialization;

namespace McpProxy.Api.Runs.History;

/// <summary>How a call stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<CallState>))]
internal enum CallState
{
    Running,
    Answered,

    /// <summary>The agent stopped to ask something.</summary>
    Asked,
    Failed,
    Cancelled,

    /// <summary>The replica that waited for the answer is gone, so how the call ended is not known.</summary>
    Lost,
}
