using System.Globalization;
using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs.Storage;

/// <summary>Remembers owners in a Redis that any number of proxies share. Throws a <see cref="BackendException"/> when that fails.</summary>
internal sealed class RedisOwnerStore(IRedisClient client, RedisOptions redis, RunOptions options) : IOwnerStore
{
    private static readonly RedisScript _claim = new("owner-claim", """
        local owner = redis.call('GET', KEYS[1]) or ARGV[2]
        redis.call('SET', KEYS[1], owner, 'PX', ARGV[1])
        return {owner}
        """);

    private readonly string _expiry = options.ConversationExpiry.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    public async Task<string> ClaimAsync(string thing, string owner, CancellationToken cancellationToken)
        => (await client.EvaluateAsync(_claim, [$"{redis.KeyPrefix}owner:{thing}"], [_expiry, owner], cancellationToken))[0];
}
