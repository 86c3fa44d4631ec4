namespace McpProxy.Api.Connections.Redis;

/// <summary>Reaches a Redis, in whatever way.</summary>
internal interface IRedisClient
{
    /// <exception cref="BackendException">There is no result, or none is known.</exception>
    Task<string[]> EvaluateAsync(RedisScript script, string[] arguments, CancellationToken cancellationToken);
}
