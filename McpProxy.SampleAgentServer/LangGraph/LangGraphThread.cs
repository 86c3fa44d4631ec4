namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>A conversation with its own id, and the newest runs on it, one at a time.</summary>
internal sealed class LangGraphThread(Guid id, IReadOnlyDictionary<string, object>? metadata = null)
{
    private const int MaxRuns = 20;

    private readonly Lock _gate = new();
    private readonly List<LangGraphRun> _runs = [];

    public Guid Id => id;

    public DateTime CreatedAt { get; } = DateTime.UtcNow;

    public ThreadState State { get; private set; } = new(DateTime.UtcNow, "idle", metadata ?? new Dictionary<string, object>(), null, []);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<LangGraphRun> Runs
    {
        get
        {
            lock (_gate)
            {
                return [.. _runs];
            }
        }
    }

    /// <returns><see langword="false"/> if another run has not ended.</returns>
    public bool TryAdd(LangGraphRun run)
    {
        lock (_gate)
        {
            if (_runs.Any(other => other.IsActive))
            {
                return false;
            }

            _runs.Add(run);
            if (_runs.Count > MaxRuns)
            {
                _runs.RemoveAt(0);
            }

            return true;
        }
    }

    public void Keep(string status, LangGraphExecution run, IEnumerable<LangGraphMessage> messages, Interrupt? interrupt = null)
    {
        lock (_gate)
        {
            State = new(
                DateTime.UtcNow,
                status,
                new Dictionary<string, object>(State.Metadata) { ["graph_id"] = run.Assistant.GraphId, ["assistant_id"] = run.Assistant.AssistantId },
                run.Id,
                [.. State.Messages, .. messages],
                interrupt);
        }
    }
}

/// <summary>How a run left the thread, or how it began when no run is named.</summary>
internal sealed record ThreadState(
    DateTime UpdatedAt, string Status, IReadOnlyDictionary<string, object> Metadata, Guid? RunId, IReadOnlyList<LangGraphMessage> Messages,
    Interrupt? Interrupt = null);
