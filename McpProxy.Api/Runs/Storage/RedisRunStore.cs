using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs.Storage;

/// <summary>Stores runs in a Redis that any number of proxies share. Throws a <see cref="BackendException"/> when that fails.</summary>
internal sealed class RedisRunStore(IRedisClient client, RedisOptions redis, RunOptions options, TimeSpan lease) : IRunStore
{
    private readonly string _expiry = RedisScript.Milliseconds(options.Expiry);
    private readonly string _longExpiry = RedisScript.Milliseconds(options.LongExpiry);
    private readonly string _lease = RedisScript.Milliseconds(lease);

    public Task PutAsync(string id, string facts, string holder, CancellationToken cancellationToken)
        => client.EvaluateAsync(RunScripts.Put, Keys(id), [_expiry, facts, holder, _lease], cancellationToken);

    public async Task<StoredRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var fields = await client.EvaluateAsync(
            RunScripts.Find, Keys(id), [], result => result.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]), cancellationToken);

        return fields.TryGetValue("facts", out var facts)
            ? new(facts, fields.GetValueOrDefault("end"), fields.GetValueOrDefault("words"), fields.ContainsKey("held"), fields.ContainsKey("cancel"),
                fields.GetValueOrDefault("next"))
            : null;
    }

    public async Task<RunHold> HoldAsync(string id, string holder, string? textSoFar, CancellationToken cancellationToken)
    {
        string[] arguments = [_expiry, holder, _lease, .. textSoFar is null ? Array.Empty<string>() : [textSoFar]];
        var outcome = await client.EvaluateAsync(RunScripts.Hold, Keys(id), arguments, cancellationToken);

        return new(outcome.Contains("HELD"), outcome.Contains("CANCEL"));
    }

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken)
        => client.EvaluateAsync(RunScripts.Release, Keys(id), [_expiry, holder], cancellationToken);

    public async Task<bool> EndAsync(string id, string end, CancellationToken cancellationToken)
        => await client.EvaluateAsync(RunScripts.End, Keys(id), [_expiry, end], cancellationToken) is ["ENDED"];

    public async Task<bool> ContinueAsync(string id, string last, string next, CancellationToken cancellationToken)
        => await client.EvaluateAsync(RunScripts.Continue, Keys(id), [_longExpiry, last, next], cancellationToken) is ["CONTINUED"];

    public Task RequestCancelAsync(string id, CancellationToken cancellationToken)
        => client.EvaluateAsync(RunScripts.Cancel, Keys(id), [_expiry], cancellationToken);

    /// <summary>Escaped, since MCP clients may ask for any id: none may lead to another run's key.</summary>
    private string[] Keys(string id)
    {
        var run = $"{redis.KeyPrefix}run:{Uri.EscapeDataString(id)}";

        return [run, $"{run}:holder"];
    }
}
