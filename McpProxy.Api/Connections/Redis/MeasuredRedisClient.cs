namespace McpProxy.Api.Connections.Redis;

/// <summary>Tells telemetry of everything that is asked of Redis.</summary>
internal sealed class MeasuredRedisClient(IRedisClient client, string backend) : IRedisClient
{
    public Task<string[]> EvaluateAsync(RedisScript script, string[] keys, string[] arguments, CancellationToken cancellationToken)
        => Telemetry.MeasureBackendAsync(backend, script.Name, () => client.EvaluateAsync(script, keys, arguments, cancellationToken));
}
