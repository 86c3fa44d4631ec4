using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace McpProxy.SampleAgentServer;

/// <summary>What has happened in a run, numbered, for any number of readers who come and go.</summary>
internal sealed class RunEvents
{
    private readonly List<SseItem<string>> _events = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();
    private bool _isComplete;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _events.Count;
            }
        }
    }

    public DateTime ChangedAt { get; private set; } = DateTime.UtcNow;

    public void Add(string data, string type)
    {
        lock (_gate)
        {
            _events.Add(new(data, type) { EventId = _events.Count.ToString(CultureInfo.InvariantCulture) });
            Signal();
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            Signal();
        }
    }

    public async IAsyncEnumerable<SseItem<string>> ReadAsync(int first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = first; ;)
        {
            var (found, changed) = Find(next);
            if (found is { } item)
            {
                next++;
                yield return item;
            }
            else if (changed is not null)
            {
                await changed.WaitAsync(cancellationToken);
            }
            else
            {
                yield break;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>The event, or what to wait for until there may be one; neither when there will be none.</returns>
    private (SseItem<string>? Event, Task? Changed) Find(int number)
    {
        lock (_gate)
        {
            return number < _events.Count ? (_events[number], null) : (null, _isComplete ? null : _changed.Task);
        }
    }

    private void Signal()
    {
        ChangedAt = DateTime.UtcNow;
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}
