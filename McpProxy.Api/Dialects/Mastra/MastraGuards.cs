using System.Collections.Concurrent;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>
/// Knows for a while which agents have a guard. Since 1.0 an agent's makers may have its answer read, changed or stopped before it is given. A stream
/// has told the words by then, and may not even say that they were stopped.
/// </summary>
internal sealed class MastraGuards(TimeProvider time)
{
    private const int Limit = 10_000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(ServerUrl Server, string AgentId), (bool HasGuard, long Learned)> _agents = new();

    /// <returns>Whether the agent has a guard, or <see langword="null"/> if nobody has said so lately.</returns>
    public bool? Find(AgentServer server, string agentId)
        => _agents.TryGetValue((server.Url, agentId), out var known) && time.GetElapsedTime(known.Learned) < MaxAge ? known.HasGuard : null;

    public void Learn(AgentServer server, string agentId, bool hasGuard)
    {
        // Forgetting costs one read for each agent that is called again.
        if (_agents.Count >= Limit)
        {
            _agents.Clear();
        }

        _agents[(server.Url, agentId)] = (hasGuard, time.GetTimestamp());
    }
}
