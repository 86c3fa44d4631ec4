namespace McpProxy.SampleAgentServer;

/// <summary>The threads of one dialect: the newest thousand, so that memory stays bounded.</summary>
internal sealed class RecentThreads<TThread>
    where TThread : class
{
    private const int Capacity = 1000;

    private readonly OrderedDictionary<string, TThread> _threads = [];
    private readonly Lock _gate = new();

    public TThread? Find(string id)
    {
        lock (_gate)
        {
            return _threads.GetValueOrDefault(id);
        }
    }

    public void Remove(string id)
    {
        lock (_gate)
        {
            _threads.Remove(id);
        }
    }

    /// <returns>The thread that has the id: the given one unless there was one before.</returns>
    public TThread GetOrAdd(string id, TThread thread)
    {
        lock (_gate)
        {
            if (!_threads.TryAdd(id, thread))
            {
                return _threads[id];
            }

            if (_threads.Count > Capacity)
            {
                _threads.RemoveAt(0);
            }

            return thread;
        }
    }
}
