namespace McpProxy.Benchmarks;

/// <summary>What a proxy has logged that only a bug is.</summary>
internal static class SevereLog
{
    private static readonly string[] _levels = ["fail: ", "crit: "];

    /// <returns>Each entry as far as it is on one line.</returns>
    public static IReadOnlyList<string> In(RunningProgram program)
        => [.. program.Output.Split('\n').Where(line => _levels.Any(level => line.Contains(level, StringComparison.Ordinal)))];
}
