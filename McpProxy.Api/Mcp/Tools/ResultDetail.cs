namespace McpProxy.Api.Mcp.Tools;

/// <summary>How much the fields of an answer hold.</summary>
internal enum ResultDetail
{
    /// <summary>The text once, and what belongs to it.</summary>
    Brief,

    /// <summary>All that the agent server sent, and each piece of a stream with its time.</summary>
    Full,
}
