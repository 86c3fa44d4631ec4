using System.Runtime.CompilerServices;
using McpProxy.Api.Errors;
using McpProxy.Api.Runs;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Tests.Runs.Storage;

/// <summary>The contract in one process, where both replicas share one store, and what happens as time passes.</summary>
public sealed class LocalRunStoreTests : RunStoreTests, IDisposable
{
    private readonly ShiftedTime _time = new();
    private readonly RunOptions _options = new();
    private readonly List<LocalRunStore> _stores = [];

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    [Fact]
    public async Task Forgets_a_run_that_has_not_changed_until_its_expiry()
    {
        var (store, moment) = (Create(RunOptions.Lease), TimeSpan.FromSeconds(5));
        foreach (var change in new Func<Task>[]
        {
            () => store.PutAsync("run", "facts", "one", CancellationToken),
            () => store.HoldAsync("run", "one", textSoFar: null, CancellationToken),
            () => store.ReleaseAsync("run", "one", CancellationToken),
            () => store.RequestCancelAsync("run", CancellationToken),
            () => store.EndAsync("run", "end", CancellationToken),
        })
        {
            await store.PutAsync("run", "facts", "one", CancellationToken);
            _time.Advance(moment * 2);
            await change();

            _time.Advance(_options.Expiry - moment);
            Assert.NotNull(await store.FindAsync("run", CancellationToken));

            _time.Advance(moment);
            Assert.Null(await store.FindAsync("run", CancellationToken));
            Assert.False((await store.HoldAsync("run", "one", textSoFar: null, CancellationToken)).IsHeld);
        }
    }

    [Fact]
    public async Task Holds_a_run_for_one_lease_after_the_last_renewal()
    {
        var store = Create(RunOptions.Lease);
        await store.PutAsync("run", "facts", "one", CancellationToken);

        _time.Advance(RunOptions.Lease * 0.7);
        Assert.True((await store.HoldAsync("run", "one", textSoFar: null, CancellationToken)).IsHeld);
        _time.Advance(RunOptions.Lease * 0.7);
        Assert.False((await store.HoldAsync("run", "other", textSoFar: null, CancellationToken)).IsHeld);
        _time.Advance(RunOptions.Lease * 0.7);
        Assert.True((await store.HoldAsync("run", "other", textSoFar: null, CancellationToken)).IsHeld);
    }

    [Fact]
    public async Task Refuses_runs_beyond_its_capacity_until_others_are_forgotten()
    {
        var store = Create(RunOptions.Lease, capacity: 2);
        await store.PutAsync("first", "facts", "one", CancellationToken);
        await store.PutAsync("second", "facts", "one", CancellationToken);

        var refusal = await Assert.ThrowsAsync<ProxyException>(() => store.PutAsync("third", "facts", "one", CancellationToken));
        Assert.Equal(
            "2 background runs are remembered here, and there is no room for more. Call the agent without background, or try again later.",
            refusal.Message);
        await store.PutAsync("second", "better facts", "one", CancellationToken);

        _time.Advance(_options.Expiry);
        await store.PutAsync("third", "facts", "one", CancellationToken);
        Assert.NotNull(await store.FindAsync("third", CancellationToken));
    }

    [Fact]
    public async Task Refuses_bytes_beyond_its_limit_but_has_room_for_an_end_without_an_answer()
    {
        var store = Create(RunOptions.Lease, bytes: 10_000);
        await store.PutAsync("first", "facts", "one", CancellationToken);
        await store.PutAsync("second", "facts", "one", CancellationToken);

        await Assert.ThrowsAsync<ProxyException>(() => store.PutAsync("third", "facts", "one", CancellationToken));
        await Assert.ThrowsAsync<ProxyException>(() => store.EndAsync("first", new string('x', 5000), CancellationToken));
        Assert.True(await store.EndAsync("first", new string('x', 1000), CancellationToken));

        _time.Advance(_options.Expiry);
        await store.PutAsync("third", "facts", "one", CancellationToken);
        Assert.True(await store.EndAsync("third", new string('x', 2000), CancellationToken));
    }

    [Fact]
    public async Task Frees_the_memory_of_a_forgotten_run_although_nobody_asks_for_anything()
    {
        var store = Create(TimeSpan.FromMilliseconds(100));
        var facts = PutSomething(store);

        _time.Advance(_options.Expiry);

        await Wait.UntilAsync(() =>
        {
            GC.Collect();

            return !facts.IsAlive;
        });
    }

    private protected override Task<(IRunStore One, IRunStore Other)> CreateAsync(TimeSpan lease)
        => Task.FromResult<(IRunStore, IRunStore)>(Create(lease) is var store ? (store, store) : default);

    /// <summary>A method of its own, so that no local variable of the test keeps the text alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference PutSomething(LocalRunStore store)
    {
        var facts = new string('x', 1000);
        Assert.True(store.PutAsync("run", facts, "one", CancellationToken).IsCompletedSuccessfully);

        return new(facts);
    }

    private LocalRunStore Create(TimeSpan lease, int capacity = 100, long bytes = 10_000_000)
    {
        var store = new LocalRunStore(_options, _time, lease, new("MCP_RUN_MEMORY_BYTES", bytes), capacity);
        _stores.Add(store);

        return store;
    }
}
