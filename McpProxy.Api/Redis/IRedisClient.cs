namespace McpProxy.Api.Redis;

/// <summary>Runs scripts in a Redis, however that is reached.</summary>
internal interface IRedisClient
{
    /// <param name="script">What is done.</param>
    /// <param name="keys">Every key that it touches. In a cluster they must be in one slot.</param>
    /// <param name="arguments">What it is done with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BackendException">There is no result, or none is known.</exception>
    Task<string[]> EvaluateAsync(RedisScript script, string[] keys, string[] arguments, CancellationToken cancellationToken);
}
