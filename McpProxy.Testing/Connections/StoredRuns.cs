namespace McpProxy.Testing.Connections;

/// <summary>What the backend holds of runs.</summary>
internal static class StoredRuns
{
    /// <summary>
    /// Waits until each could be gone on with by another replica: it holds where the run can be joined, or its answer. A server that is slow to accept a call
    /// has not told that yet when the call returns.
    /// </summary>
    public static Task AreKeptAsync(this RedisServer redis, params string[] runs)
        => Wait.UntilAsync(async () => (await Task.WhenAll(runs.Select(run => IsKeptAsync(redis, run)))).All(isKept => isKept));

    private static async Task<bool> IsKeptAsync(RedisServer redis, string run)
        => $"{await redis.ExecuteAsync("HGET", $"mcp-proxy:servers:run:{run}", "facts")}".Contains("\"reference\"", StringComparison.Ordinal)
            || await redis.ExecuteAsync("HGET", $"mcp-proxy:servers:run:{run}", "end") is not null;
}
