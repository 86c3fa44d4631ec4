namespace McpProxy.Api.Limits;

/// <summary>The bytes that one answer, run, request or list takes of a budget until it is disposed of.</summary>
internal sealed class MemoryLease(MemoryBudget budget, long max) : IDisposable
{
    private readonly Lock _gate = new();
    private long _held;
    private bool _isOver;

    /// <summary>For what is bounded by something else.</summary>
    public static MemoryLease Unlimited { get; } = new MemoryBudget("", long.MaxValue).Open();

    public MemoryBudget Budget => budget;

    public long Max => max;

    /// <summary>Whether bytes were refused because of this lease's own limit, not the budget's.</summary>
    public bool IsAtMax { get; private set; }

    /// <summary>Takes so many bytes more.</summary>
    /// <returns><see langword="false"/> if there is no room for them, or the lease has ended.</returns>
    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            IsAtMax |= bytes > max - _held;
            if (_isOver || IsAtMax || !budget.TryTake(bytes, _held))
            {
                return false;
            }

            _held += bytes;

            return true;
        }
    }

    /// <summary>Holds so many bytes, whatever it held before.</summary>
    /// <returns><see langword="false"/> if there is no room for as many: then nothing has changed.</returns>
    public bool TryHold(long bytes)
    {
        lock (_gate)
        {
            if (bytes > _held)
            {
                return TryTake(bytes - _held);
            }

            budget.Return(_held - bytes);
            _held = bytes;

            return true;
        }
    }

    /// <summary>Takes over what another holds of the same budget.</summary>
    public void TakeOver(MemoryLease other)
    {
        var bytes = other.End();
        lock (_gate)
        {
            if (!_isOver)
            {
                _held += bytes;

                return;
            }
        }

        budget.Return(bytes);
    }

    public void Dispose() => budget.Return(End());

    private long End()
    {
        lock (_gate)
        {
            var bytes = _held;
            (_held, _isOver) = (0, true);

            return bytes;
        }
    }
}
