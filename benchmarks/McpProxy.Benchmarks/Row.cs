namespace McpProxy.Benchmarks;

/// <summary>A line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Result">What came out.</param>
/// <param name="IsGood">Whether it is what the proxy promises.</param>
internal sealed record Row(string What, string Result, bool IsGood);
