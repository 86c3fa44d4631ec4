using McpProxy.Api.Errors;
using McpProxy.Api.Limits;

namespace McpProxy.Api.Runs.Storage;

/// <summary>Remembers runs in this process; they are gone when it stops.</summary>
internal sealed class LocalRunStore : IRunStore, IDisposable
{
    // Every run counts for as much, and with that has room for an end that says only why there is no answer.
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

    /// <param name="options">How long runs are remembered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lease">How long a run is held.</param>
    /// <param name="budget">How many bytes there is room for.</param>
    /// <param name="capacity">How many runs there is room for.</param>
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
            if (entry.End is null)
            {
                if (!TryHold(entry, facts, null, null))
                {
                    throw Full();
                }

                entry.Facts = facts;
                SetHolder(entry, holder);
            }
        }

        return Task.CompletedTask;
    }

    public Task<StoredRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var run = Find(id) is { } entry ? new StoredRun(entry.Facts, entry.End, entry.Words, HolderOf(entry) is not null, entry.IsCancelRequested) : null;

            return Task.FromResult(run);
        }
    }

    public Task<RunHold> HoldAsync(string id, string holder, string? words, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var entry = Find(id);
            var isHeld = entry is { End: null } && (HolderOf(entry) ?? holder) == holder;
            if (isHeld)
            {
                if (TryHold(entry!, entry!.Facts, words, null))
                {
                    entry.Words = words ?? entry.Words;
                }

                SetHolder(entry, holder);
            }

            return Task.FromResult(new RunHold(isHeld, entry is { IsCancelRequested: true }));
        }
    }

    public Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is { } entry && HolderOf(entry) == holder)
            {
                SetHolder(entry, null);
            }
        }

        return Task.CompletedTask;
    }

    public Task<bool> EndAsync(string id, string end, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is not { End: null } entry)
            {
                return Task.FromResult(false);
            }

            if (!TryHold(entry, entry.Facts, null, end))
            {
                throw new ProxyException(
                    ErrorKind.Busy,
                    "The agent has answered, but the answer could not be kept: background runs take up as much room as they may. Its work is done. "
                    + $"Call it without background for an answer that is as long, or have {_budget.Setting} raised.");
            }

            entry.End = end;
            SetHolder(entry, null);

            return Task.FromResult(true);
        }
    }

    public Task RequestCancelAsync(string id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(id) is { End: null } entry)
            {
                entry.IsCancelRequested = true;
                entry.ChangedAt = _time.GetTimestamp();
            }
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _sweeps.Dispose();

    private Entry? Find(string id) => _entries.TryGetValue(id, out var entry) && !IsExpired(entry) ? entry : null;

    private Entry Add(string id)
    {
        var entry = new Entry { Memory = _budget.Open() };
        if (!HasRoom())
        {
            Sweep();
            if (!HasRoom())
            {
                throw Full();
            }
        }

        return _entries[id] = entry;

        bool HasRoom() => _entries.Count < _capacity && !_entries.ContainsKey(id) && entry.Memory.TryHold(MinBytes);
    }

    private ProxyException Full()
        => new(ErrorKind.Busy, $"{_entries.Count} background runs are remembered here, and there is no room for more. Call the agent without background, or try again later.");

    private static bool TryHold(Entry entry, string facts, string? words, string? end)
        => entry.Memory.TryHold(MinBytes + (2L * (facts.Length + (words ?? entry.Words ?? "").Length + Math.Max(0, (end ?? "").Length - ShortEnd))));

    private void SetHolder(Entry entry, string? holder)
    {
        entry.Holder = holder;
        entry.HeldAt = entry.ChangedAt = _time.GetTimestamp();
    }

    private string? HolderOf(Entry entry) => _time.GetElapsedTime(entry.HeldAt) < _lease ? entry.Holder : null;

    private bool IsExpired(Entry entry) => _time.GetElapsedTime(entry.ChangedAt) >= _options.Expiry;

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

    private sealed class Entry
    {
        public required MemoryLease Memory { get; init; }

        public string Facts { get; set; } = "";

        public string? End { get; set; }

        public string? Words { get; set; }

        public bool IsCancelRequested { get; set; }

        public string? Holder { get; set; }

        public long HeldAt { get; set; }

        public long ChangedAt { get; set; }
    }
}
