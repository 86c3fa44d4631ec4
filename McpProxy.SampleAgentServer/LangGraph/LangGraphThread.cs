namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>A conversation with its own id; runs on it do not wait for each other.</summary>
internal sealed class LangGraphThread(Guid id, IReadOnlyDictionary<string, object>? metadata = null)
{
    private readonly Lock _gate = new();

    public Guid Id => id;

    public DateTime CreatedAt { get; } = DateTime.UtcNow;

    public ThreadState State { get; private set; } = new(DateTime.UtcNow, "idle", metadata ?? new Dictionary<string, object>(), null, []);

    public void Keep(string status, LangGraphRun run, IEnumerable<LangGraphMessage> messages)
    {
        lock (_gate)
        {
            State = new(
                DateTime.UtcNow,
                status,
                new Dictionary<string, object>(State.Metadata) { ["graph_id"] = run.Assistant.GraphId, ["assistant_id"] = run.Assistant.AssistantId },
                run.Id,
                [.. State.Messages, .. messages]);
        }
    }
}

/// <summary>How a run left the thread, or how it began when no run is named.</summary>
internal sealed record ThreadState(
    DateTime UpdatedAt, string Status, IReadOnlyDictionary<string, object> Metadata, Guid? RunId, IReadOnlyList<LangGraphMessage> Messages);
