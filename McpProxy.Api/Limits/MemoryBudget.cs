namespace McpProxy.Api.Limits;

/// <summary>How many bytes all who hold something of one kind may hold together, so that no rush ends the process.</summary>
/// <param name="setting">The setting that says how many.</param>
/// <param name="limit">How many.</param>
internal sealed class MemoryBudget(string setting, long limit)
{
    // What is small gets through while what is large fills the rest.
    private const long Small = 64 * 1024;

    private readonly long _limitOfLarge = limit - (limit / 8);
    private long _held;

    public string Setting => setting;

    public long Limit => limit;

    public bool HasRoom => Interlocked.Read(ref _held) < limit;

    /// <param name="max">How many bytes this one may hold, whatever room there is.</param>
    public MemoryLease Open(long max = long.MaxValue) => new(this, max);

    /// <param name="bytes">How many more bytes are to be held.</param>
    /// <param name="held">How many bytes the caller holds already.</param>
    /// <returns><see langword="false"/> if there is no room for them: then nothing has changed.</returns>
    public bool TryTake(long bytes, long held)
    {
        if (Interlocked.Add(ref _held, bytes) <= (held + bytes > Small ? _limitOfLarge : limit))
        {
            return true;
        }

        Return(bytes);

        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _held, -bytes);
}
