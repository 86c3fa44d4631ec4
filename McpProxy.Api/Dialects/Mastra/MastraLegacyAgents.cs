using System.Collections.Concurrent;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>Remembers which agents use a model of AI SDK v4: servers since 1.0 run those on endpoints of their own.</summary>
internal sealed class MastraLegacyAgents
{
    private const int Limit = 10_000;

    private readonly ConcurrentDictionary<(ServerUrl Server, string AgentId), bool> _agents = new();

    public bool Contains(AgentServer server, string agentId) => _agents.ContainsKey((server.Url, agentId));

    public void Learn(AgentServer server, string agentId, bool isLegacy)
    {
        if (!isLegacy)
        {
            _agents.TryRemove((server.Url, agentId), out _);

            return;
        }

        // Forgetting costs one refused request for each agent that is called again.
        if (_agents.Count >= Limit)
        {
            _agents.Clear();
        }

        _agents[(server.Url, agentId)] = true;
    }
}
