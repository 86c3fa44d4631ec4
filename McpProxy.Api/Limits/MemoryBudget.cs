namespace McpProxy.Api.Limits;

/// <summary>How many bytes of one kind the process may hold in all, so that no rush ends it.</summary>
internal sealed class MemoryBudget(string setting, long limit)
{
    // The last eighth is kept for small ones, so that they get through while large ones fill the rest.
    private const long Small = 64 * 1024;

    private readonly long _limitOfLarge = limit - (limit / 8);
    private long _held;

    public string Setting => setting;

    public bool HasRoom => Interlocked.Read(ref _held) < limit;

    public MemoryLease Open(long max = long.MaxValue) => new(this, max);

    /// <summary>Takes so many bytes more for somebody who holds others already.</summary>
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
