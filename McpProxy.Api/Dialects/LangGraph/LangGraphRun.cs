using System.Text.Json.Serialization;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What a server tells about a run.</summary>
internal sealed record LangGraphRun(Guid RunId, string? Status = null, LangGraphRunMetadata? Metadata = null)
{
    /// <summary>The run has yet to begin, or goes on.</summary>
    [JsonIgnore]
    public bool IsActive => Status is "pending" or "running";

    /// <summary>The run came to no end of its own, nor did it stop to ask.</summary>
    [JsonIgnore]
    public bool HasFailed => Status is "error" or "timeout" or "interrupted";
}

internal sealed record LangGraphRunMetadata([property: JsonPropertyName(LangGraphRunMetadata.Mark)] string? CallMark = null)
{
    /// <summary>The member of a run's metadata that holds the mark of its call.</summary>
    public const string Mark = "mcp_proxy_call";
}
