using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>
/// Turns connections into scripts for Redis, and what these return into connections. Other programs may have written what is found there: it is
/// checked before it is believed.
/// </summary>
internal sealed partial class RedisConnectionStore(
    IRedisClient client, RedisConnectionKeys keys, ConnectionOptions options, ServerUrlPolicy policy, TimeProvider time, ILogger<RedisConnectionStore> logger)
{
    private const int LoggedNameLength = 80;
    private const int LoggedNames = 3;

    private readonly string[] _reserved = [.. options.StaticServers.Select(server => server.Name)];
    private volatile int _skippedCount;

    /// <summary>To be done once, before anything else.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        var (mended, policy) = await client.EvaluateAsync(
            ConnectionScripts.Repair, keys.All, [Seed()], result => (result[0], result[1]), cancellationToken);
        if (mended is not "0")
        {
            LogRepaired(mended);
        }

        if (policy.StartsWith("allkeys-", StringComparison.Ordinal))
        {
            LogEviction(policy);
        }
    }

    public Task<ServerSnapshot> LoadAsync(ServerSnapshot previous, CancellationToken cancellationToken)
    {
        var loadedAt = time.GetTimestamp();

        return client.EvaluateAsync(ConnectionScripts.Load, keys.All, [], result => ToSnapshot(result, previous, loadedAt), cancellationToken);
    }

    public Task<string> GetVersionAsync(CancellationToken cancellationToken)
        => client.EvaluateAsync(ConnectionScripts.Version, keys.All, [], result => result[0], cancellationToken);

    /// <summary>Finds out whether Redis takes writes.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => client.EvaluateAsync(ConnectionScripts.Probe, keys.All, [], cancellationToken);

    /// <exception cref="ProxyException">The name is taken, or there is no room.</exception>
    public async Task<(AgentServer Server, bool Added)> AddAsync(
        string? name, ServerUrl url, string? type, IReadOnlyList<string>? agents, CancellationToken cancellationToken)
    {
        var details = new ServerDetails(type, time.GetUtcNow(), agents).ToString();

        // Entries that are left out don't count towards the limit.
        return await client.EvaluateAsync(
            ConnectionScripts.Add,
            keys.All,
            [name ?? "", url.ToString(), Seed(), keys.Channel, Text(options.MaxConnections + _skippedCount), details, Text(_reserved.Length), .. _reserved],
            result => result[0] switch
            {
                "TAKEN" => throw ServerNames.Taken(result[1]),
                "FULL" => throw ServerNames.NoRoom(options.MaxConnections),
                _ when ServerNames.Problem(result[1]) is { } problem => throw new ProxyException(
                    ErrorKind.InvalidArgument,
                    $"Another program has connected this URL under a name that can't be used: {problem}. Whoever runs the proxy can remove it from the "
                    + $"hash {keys.All[0]}."),
                _ => (ServerDetails.Server(result[1], url, result[2]), result[0] is "ADDED"),
            },
            cancellationToken);
    }

    /// <returns><see langword="false"/> if there was none of that name.</returns>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
        => await client.EvaluateAsync(ConnectionScripts.Remove, keys.All, [name, Seed(), keys.Channel], cancellationToken) is ["REMOVED"];

    private ServerSnapshot ToSnapshot(string[] result, ServerSnapshot previous, long loadedAt)
    {
        var middle = 2 + int.Parse(result[1], CultureInfo.InvariantCulture);
        var details = Pairs(result.AsSpan(middle)).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value);
        var (servers, skipped, added) = (new List<AgentServer>(), new HashSet<string>(), new List<string>());
        foreach (var (name, text) in Pairs(result.AsSpan(2, middle - 2)))
        {
            if (Problem(name, text, out var url) is not { } problem)
            {
                servers.Add(ServerDetails.Server(name, url!, details.GetValueOrDefault(url!.ToString())));
            }
            else if (skipped.Add($"{name}\n{text}") && !previous.Skipped.Contains($"{name}\n{text}"))
            {
                added.Add($"'{JsonEncodedText.Encode(name.Length > LoggedNameLength ? name[..LoggedNameLength] : name)}' ({problem.TrimEnd('.')})");
            }
        }

        _skippedCount = skipped.Count;
        if (added.Count > 0)
        {
            LogSkipped(skipped.Count, keys.All[0], string.Join(", ", added.Take(LoggedNames)));
        }

        return new([.. servers.OrderBy(server => server.Name, StringComparer.Ordinal)], result[0], loadedAt, skipped.ToFrozenSet());
    }

    private string? Problem(string name, string text, out ServerUrl? url)
        => ServerUrl.Check(text, out url)
            ?? ServerNames.Problem(name)
            ?? (_reserved.Contains(name) ? "a server in AGENT_SERVERS has that name" : policy.Problem(url!));

    private static List<KeyValuePair<string, string>> Pairs(ReadOnlySpan<string> texts)
    {
        var pairs = new List<KeyValuePair<string, string>>(texts.Length / 2);
        for (var i = 0; i + 1 < texts.Length; i += 2)
        {
            pairs.Add(new(texts[i], texts[i + 1]));
        }

        return pairs;
    }

    /// <summary>Where versions begin if there is none: later than any that there was.</summary>
    private string Seed() => Text(time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Warning, "Mended {Count} connections that a writer had left half done.")]
    private partial void LogRepaired(string count);

    [LoggerMessage(LogLevel.Warning, "Redis may evict connections when its memory is full (maxmemory-policy {Policy}). Set maxmemory-policy to "
        + "noeviction or a volatile policy.")]
    private partial void LogEviction(string policy);

    [LoggerMessage(LogLevel.Warning, "{Count} connections in {Key} are left out. New among them: {Examples}.")]
    private partial void LogSkipped(int count, string key, string examples);
}
