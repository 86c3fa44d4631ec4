namespace McpProxy.Testing.Connections;

/// <summary>What is in Redis, looked at from outside.</summary>
internal static class StoredConnections
{
    public const string Prefix = "mcp-proxy:servers:";

    public static async Task<Dictionary<string, string>> HashAsync(this RedisServer server, string name)
    {
        var texts = Assert.IsType<object?[]>(await server.ExecuteAsync("HGETALL", Prefix + name));

        return texts.Cast<string>().Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    /// <summary>Writes a connection as the TypeScript proxy does.</summary>
    public static async Task WriteAsync(this RedisServer server, string name, string url)
    {
        await server.ExecuteAsync("HSET", $"{Prefix}all", name, url);
        await server.ExecuteAsync("HSET", $"{Prefix}urlmap", url, name);
    }

    /// <summary>Both hashes say the same, and no URL has two names.</summary>
    public static async Task<Dictionary<string, string>> AssertConsistentAsync(this RedisServer server)
    {
        var (all, map) = (await server.HashAsync("all"), await server.HashAsync("urlmap"));

        Assert.Equal(all.Select(pair => (pair.Key, pair.Value)).Order(), map.Select(pair => (pair.Value, pair.Key)).Order());

        return all;
    }
}
