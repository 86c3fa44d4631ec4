using System.Collections.Concurrent;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>Remembers of agents what decides on which endpoint they are called.</summary>
internal sealed class MastraAgentCache(TimeProvider time)
{
    private const int Limit = 10_000;

    private static readonly TimeSpan _maxAge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(ServerUrl Server, string AgentId), Entry> _agents = new();

    /// <summary>Whether it uses a model of AI SDK v4: servers since 1.0 run those on endpoints of their own.</summary>
    public bool IsLegacy(AgentServer server, string agentId) => Find(server, agentId) is { IsLegacy: true };

    /// <returns>Whether the agent has a guard that reads its answer first, or <see langword="null"/> if that is not known.</returns>
    public bool? HasGuard(AgentServer server, string agentId)
        => Find(server, agentId) is { } known && time.GetElapsedTime(known.LearnedAt) < _maxAge ? known.HasGuard : null;

    public void Learn(AgentServer server, string agentId, bool isLegacy, bool? hasGuard)
    {
        // Forgetting costs one more request for each agent that is called again.
        if (_agents.Count >= Limit)
        {
            _agents.Clear();
        }

        _agents[(server.Url, agentId)] = new(isLegacy, hasGuard, time.GetTimestamp());
    }

    private Entry? Find(AgentServer server, string agentId) => _agents.GetValueOrDefault((server.Url, agentId));

    private sealed record Entry(bool IsLegacy, bool? HasGuard, long LearnedAt);
}
