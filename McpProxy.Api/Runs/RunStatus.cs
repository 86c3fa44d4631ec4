using System.Text.Json.Serialization;

namespace McpProxy.Api.Runs;

/// <summary>How a run stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RunStatus>))]
internal enum RunStatus
{
    Running,
    Completed,
    Failed,
    Cancelled,

    /// <summary>The replica that waited for the answer is gone, and no other can wait for it.</summary>
    Lost,
}
