namespace McpProxy.Api.Limits;

/// <summary>The budgets. One that no setting gives is a part of the memory that the process may use.</summary>
internal sealed class MemoryBudgets(MemoryOptions options)
{
    // An answer takes up to fourteen times its bytes while it is serialized, and the serializers keep buffers of that size for a while.
    public MemoryBudget Answers { get; } = new("MCP_ANSWER_MEMORY_BYTES", OrPart(options.Answers, 48));

    public MemoryBudget Runs { get; } = new("MCP_RUN_MEMORY_BYTES", OrPart(options.Runs, 8));

    public MemoryBudget Requests { get; } = new("MCP_REQUEST_MEMORY_BYTES", OrPart(options.Requests, 32));

    public long ListBytes { get; } = OrPart(options.Lists, 16);

    private static long OrPart(long bytes, int part) => bytes > 0 ? bytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / part;
}
