using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>Remembers pins in a Redis that any number of proxies share.</summary>
internal sealed class RedisPinStore(IRedisClient client, RedisOptions redis, ConnectionOptions options) : IPinStore
{
    private static readonly RedisScript _pin = new("pin", """
        local value = redis.call('GET', KEYS[1]) or ARGV[2]
        redis.call('SET', KEYS[1], value, 'PX', ARGV[1])
        return {value}
        """);

    private static readonly RedisScript _replace = new("pin-replace", """
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
        return {}
        """);

    private readonly string _expiry = RedisScript.Milliseconds(options.PinExpiry);

    public Task<string> PinAsync(string thing, string value, CancellationToken cancellationToken)
        => EvaluateAsync(_pin, thing, value, result => result[0], cancellationToken);

    public Task ReplaceAsync(string thing, string value, CancellationToken cancellationToken)
        => EvaluateAsync(_replace, thing, value, _ => value, cancellationToken);

    private async Task<string> EvaluateAsync(
        RedisScript script, string thing, string value, Func<string[], string> read, CancellationToken cancellationToken)
    {
        try
        {
            return await client.EvaluateAsync(script, [$"{redis.KeyPrefix}pin:{thing}"], [_expiry, value], read, cancellationToken);
        }
        catch (BackendException exception)
        {
            throw new ProxyException(ErrorKind.BackendUnavailable, exception.Message, exception);
        }
    }
}
