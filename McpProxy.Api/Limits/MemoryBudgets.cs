namespace McpProxy.Api.Limits;

/// <summary>The budgets there are: where the settings leave that open, parts of the memory that the process may use.</summary>
internal sealed class MemoryBudgets(MemoryOptions options)
{
    // What goes through the serializers takes up to fourteen times its bytes, and their pools keep buffers of that size for a while.
    public MemoryBudget Answers { get; } = new("MCP_ANSWER_MEMORY_BYTES", OrPart(options.Answers, 48));

    public MemoryBudget Runs { get; } = new("MCP_RUN_MEMORY_BYTES", OrPart(options.Runs, 8));

    public MemoryBudget Requests { get; } = new("MCP_REQUEST_MEMORY_BYTES", OrPart(options.Requests, 32));

    public long ListBytes { get; } = OrPart(options.Lists, 16);

    private static long OrPart(long bytes, int part) => bytes > 0 ? bytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / part;
}
