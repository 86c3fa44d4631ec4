using McpProxy.Api.Redis;
using McpProxy.Api.Runs;
using McpProxy.Api.Runs.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Runs.Storage;

/// <summary>The contract on a real redis-server, and which keys it writes there.</summary>
public sealed class RedisRunStoreTests : RunStoreTests, IAsyncDisposable
{
    private const string Run = "mcp-proxy:servers:run:id";
    private const string Holder = "mcp-proxy:servers:run:id:holder";

    private readonly StartedBackends _backends = new();
    private readonly RunOptions _options = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task Every_change_makes_Redis_remember_a_run_for_as_long_again()
    {
        var server = await _backends.ServerAsync();
        var store = await StoreAsync(server);
        foreach (var (_, change) in Changes(store))
        {
            await change();
            Assert.InRange(Assert.IsType<long>(await server.ExecuteAsync("PTTL", Run)), 1, (long)_options.Expiry.TotalMilliseconds);

            await server.ExecuteAsync("PERSIST", Run);
        }
    }

    [Fact]
    public async Task Redis_forgets_the_holder_when_the_lease_has_run_out_unless_it_is_renewed()
    {
        var server = await _backends.ServerAsync();
        var store = await StoreAsync(server);
        Func<Task>[] holds =
        [
            () => store.PutAsync("id", "facts", "one", CancellationToken),
            () => store.HoldAsync("id", "one", textSoFar: null, CancellationToken),
        ];
        foreach (var hold in holds)
        {
            await hold();
            Assert.InRange(Assert.IsType<long>(await server.ExecuteAsync("PTTL", Holder)), 1, (long)RunOptions.Lease.TotalMilliseconds);
            Assert.Equal("one", await server.ExecuteAsync("GET", Holder));

            await server.ExecuteAsync("PERSIST", Holder);
        }
    }

    [Fact]
    public async Task Reads_and_refused_changes_write_nothing()
    {
        var server = await _backends.ServerAsync();
        var store = await StoreAsync(server);
        await store.PutAsync("id", "facts", "one", CancellationToken);
        await store.PutAsync("ended", "facts", "one", CancellationToken);
        await store.EndAsync("ended", "end", CancellationToken);
        var writes = await WritesAsync(server);

        await store.FindAsync("id", CancellationToken);
        await store.FindAsync("unknown", CancellationToken);
        await store.HoldAsync("id", "other", "words", CancellationToken);
        await store.ReleaseAsync("id", "other", CancellationToken);
        await store.PutAsync("ended", "facts", "one", CancellationToken);
        await store.RequestCancelAsync("ended", CancellationToken);
        Assert.Equal(writes, await WritesAsync(server));

        await store.HoldAsync("id", "one", "words", CancellationToken);
        Assert.NotEqual(writes, await WritesAsync(server));
    }

    [Fact]
    public async Task All_keys_carry_the_prefix()
    {
        var server = await _backends.ServerAsync();
        var store = await StoreAsync(server, "--MCP_REDIS_KEY_PREFIX=mine:");

        await store.PutAsync("id", "facts", "one", CancellationToken);

        Assert.Equal(["mine:run:id", "mine:run:id:holder"], Assert.IsType<object?[]>(await server.ExecuteAsync("KEYS", "*")).Order());
    }

    [Fact]
    public async Task Needs_the_same_key_prefix_in_a_cluster_as_connections_and_says_so()
    {
        var server = await _backends.ServerAsync("--cluster-enabled", "yes");
        await server.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Wait.UntilAsync(async () => (await server.ExecuteAsync("CLUSTER", "INFO"))!.ToString()!.Contains("cluster_state:ok", StringComparison.Ordinal));
        var store = await StoreAsync(server);
        var tagged = await StoreAsync(server, "--MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers:");

        foreach (var (name, change) in Changes(store))
        {
            var failure = await Assert.ThrowsAsync<BackendException>(change);
            Assert.True(failure is { Error: BackendError.Misconfigured, Code: "CROSSSLOT" }, name);
        }

        foreach (var (_, change) in Changes(tagged))
        {
            await change();
        }

        Assert.Equal("end", (await tagged.FindAsync("id", CancellationToken))!.End);
    }

    [Fact]
    public async Task A_failure_of_Redis_reaches_the_caller()
    {
        var server = await _backends.ServerAsync();
        var store = await StoreAsync(server);
        await store.PutAsync("id", "facts", "one", CancellationToken);

        await server.KillAsync();

        await Assert.ThrowsAsync<BackendException>(() => store.FindAsync("id", CancellationToken));
    }

    private protected override async Task<(IRunStore One, IRunStore Other)> CreateAsync(TimeSpan lease)
    {
        var server = await _backends.ServerAsync();

        return ((await _backends.RedisServicesAsync(server)).CreateRunStore(lease), (await _backends.RedisServicesAsync(server)).CreateRunStore(lease));
    }

    /// <summary>Everything that can be done with a run, in an order in which each changes something.</summary>
    private static (string Name, Func<Task> Change)[] Changes(IRunStore store) =>
    [
        ("put", () => store.PutAsync("id", "facts", "one", CancellationToken)),
        ("hold", () => store.HoldAsync("id", "one", textSoFar: null, CancellationToken)),
        ("release", () => store.ReleaseAsync("id", "one", CancellationToken)),
        ("cancel", () => store.RequestCancelAsync("id", CancellationToken)),
        ("end", () => store.EndAsync("id", "end", CancellationToken)),
    ];

    /// <returns>What Redis says of how often anything was changed.</returns>
    private static async Task<string> WritesAsync(RedisServer server)
        => Assert.IsType<string>(await server.ExecuteAsync("INFO", "persistence"))
            .Split("\r\n")
            .Single(line => line.StartsWith("rdb_changes_since_last_save:", StringComparison.Ordinal));

    private async Task<IRunStore> StoreAsync(RedisServer server, params string[] settings)
        => (await _backends.RedisServicesAsync(server, settings: settings)).CreateRunStore(RunOptions.Lease);
}

/// <summary>The contract on the double of Upstash.</summary>
public sealed class UpstashRunStoreTests : RunStoreTests, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    private protected override async Task<(IRunStore One, IRunStore Other)> CreateAsync(TimeSpan lease)
    {
        var server = await _backends.UpstashServerAsync(await _backends.ServerAsync());

        return ((await _backends.UpstashServicesAsync(server)).CreateRunStore(lease), (await _backends.UpstashServicesAsync(server)).CreateRunStore(lease));
    }
}

internal static class RedisRunStores
{
    /// <summary>A store as the proxy has it, with another lease.</summary>
    public static IRunStore CreateRunStore(this IServiceProvider services, TimeSpan lease)
        => new RedisRunStore(services.GetRequiredService<IRedisClient>(), services.GetRequiredService<RedisOptions>(), new RunOptions(), lease);
}
