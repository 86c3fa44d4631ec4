namespace McpProxy.Api.Runs.Storage;

/// <summary>Remembers runs in this process; they are gone when it stops.</summary>
internal sealed class LocalRunStore : IRunStore, IDisposable
{
    // Every run takes at least this much, which leaves room for a short end: one that only says why there is no answer.
    private const int MinBytes = 4000;
    private const int ShortEnd = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly MemoryBudget _budget;
    private readonly int _capacity;
    private readonly ITimer _sweeps;

    public LocalRunStore(RunOptions options, TimeProvider time, TimeSpan lease, MemoryBudget budget, int capacity = 10_000)
    {
        (_options, _time, _lease, _budget, _capacity) = (options, time, lease, budget, capacity);
        _sweeps = time.CreateTimer(_ => Sweep(), null, lease, lease);
    }

    public Task PutAsync(string id, string facts, string holder, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var entry = Find(id) ?? Add(id);
            if (entry.Stored.End is null && !TryChange(entry, entry.Stored with { Facts = facts }, holder))
            {
                throw Full();
            }
        }

        return Task.CompletedTask;
    }

    public Task<StoredRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Find(id) is { } entry ? entry.Stored with { IsHeld = HolderOf(entry) is not null } : null);
        }
    }

    public Task<RunHold> HoldAsync(string id, string holder, string? textSoFar, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var entry = Find(id);
            var isHeld = entry is { Stored.End: null } && (HolderOf(entry) ?? holder) == holder;
            if (isHeld && !TryChange(entry!, entry!.Stored with { TextSoFar = textSoFar ?? entry.Stored.TextSoFar }, holder))
            {
                // No room for the text so far: holds the run without it.
                TryChange(entry, entry.Stored, holder);
            }

            return Task.FromResult(new RunHold(isHeld, entry is { Stored.IsCancelRequested: true }));
        }
    }

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is { } entry && HolderOf(entry) == holder)
            {
                TryChange(entry, entry.Stored, null);
            }
        }

        return Task.CompletedTask;
    }

    public Task<bool> EndAsync(string id, string end, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is not { Stored.End: null } entry)
            {
                return Task.FromResult(false);
            }

            return TryChange(entry, entry.Stored with { End = end }, null) ? Task.FromResult(true) : throw new ProxyException(
                ErrorKind.Busy,
                "The agent has answered, but the answer could not be kept: background runs take up as much room as they may. Its work is done. "
                + $"Call it without background for an answer that is as long, or have {_budget.Setting} raised.");
        }
    }

    public Task<bool> ContinueAsync(string id, string last, string next, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is not { Stored.End: not null } entry || (entry.Stored.Next ?? last) != last)
            {
                return Task.FromResult(false);
            }

            (entry.Stored, entry.ChangedAt) = (entry.Stored with { Next = next }, _time.GetTimestamp());

            return Task.FromResult(true);
        }
    }

    public Task RequestCancelAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is { Stored.End: null } entry)
            {
                (entry.Stored, entry.ChangedAt) = (entry.Stored with { IsCancelRequested = true }, _time.GetTimestamp());
            }
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _sweeps.Dispose();

    private Entry? Find(string id) => _entries.TryGetValue(id, out var entry) && !IsExpired(entry) ? entry : null;

    private Entry Add(string id)
    {
        Sweep();
        var entry = new Entry(_budget.Open());

        return _entries.Count < _capacity && entry.Memory.TryHold(MinBytes) ? _entries[id] = entry : throw Full();
    }

    private ProxyException Full() => new(
        ErrorKind.Busy,
        $"{_entries.Count} background runs are remembered here, and there is no room for more. Call the agent without background, or try again later.");

    /// <returns><see langword="false"/> if there is no room: then nothing has changed.</returns>
    private bool TryChange(Entry entry, StoredRun run, string? holder)
    {
        var characters = run.Facts.Length + (run.TextSoFar?.Length ?? 0) + Math.Max(0, (run.End?.Length ?? 0) - ShortEnd);
        if (!entry.Memory.TryHold(MinBytes + (2L * characters)))
        {
            return false;
        }

        (entry.Stored, entry.Holder, entry.HeldAt, entry.ChangedAt) = (run, holder, _time.GetTimestamp(), _time.GetTimestamp());

        return true;
    }

    private string? HolderOf(Entry entry) => _time.GetElapsedTime(entry.HeldAt) < _lease ? entry.Holder : null;

    private bool IsExpired(Entry entry) => _time.GetElapsedTime(entry.ChangedAt) >= (entry.Stored.Next is null ? _options.Expiry : _options.LongExpiry);

    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var (id, entry) in _entries.Where(pair => IsExpired(pair.Value)))
            {
                _entries.Remove(id);
                entry.Memory.Dispose();
            }
        }
    }

    private sealed class Entry(MemoryLease memory)
    {
        public MemoryLease Memory => memory;

        public StoredRun Stored { get; set; } = new("", End: null, TextSoFar: null, IsHeld: false, IsCancelRequested: false);

        public string? Holder { get; set; }

        public long HeldAt { get; set; }

        public long ChangedAt { get; set; }
    }
}
