using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>What the proxy calls its keys. The first two, and their contents, are those of the TypeScript proxy, so that both can share a database.</summary>
internal sealed class RedisConnectionKeys(RedisOptions options)
{
    /// <summary>
    /// <c>all</c>: hash of name to URL. <c>urlmap</c>: hash of URL to name. <c>version</c>: changes with every write of ours.
    /// <c>details</c>: hash of URL to what else is known. Every script of <see cref="ConnectionScripts"/> gets them in this order.
    /// </summary>
    public string[] All { get; } = [.. new[] { "all", "urlmap", "version", "details" }.Select(name => options.KeyPrefix + name)];

    /// <summary>The channel on which every write of ours announces the new version.</summary>
    public string Channel { get; } = $"{options.KeyPrefix}changes";
}
