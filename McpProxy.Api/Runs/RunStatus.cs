using System.Text.Json.Serialization;

namespace McpProxy.Api.Runs;

/// <summary>How a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
internal enum RunStatus
{
    /// <summary>The agent is at work.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>The agent has answered.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>The agent or its server failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Somebody cancelled it.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>The replica that waited for the answer is gone, and nobody else can wait for it.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}
