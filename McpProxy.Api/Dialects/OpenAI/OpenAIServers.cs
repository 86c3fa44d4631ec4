using System.Collections.Concurrent;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>Remembers of servers what decides on how they are called.</summary>
internal sealed class OpenAIServers
{
    private const int Limit = 10_000;

    private readonly ConcurrentDictionary<ServerUrl, OpenAIServer> _servers = new();

    public OpenAIServer Get(AgentServer server) => _servers.GetValueOrDefault(server.Url) ?? new();

    public void Learn(AgentServer server, Func<OpenAIServer, OpenAIServer> learn)
    {
        // Forgetting costs a few more requests for each server that is called again.
        if (_servers.Count >= Limit)
        {
            _servers.Clear();
        }

        _servers.AddOrUpdate(server.Url, _ => learn(new()), (_, known) => learn(known));
    }
}

/// <summary>What was found out about a server.</summary>
/// <param name="HasEntities">Whether it lists entities, as the Microsoft Agent Framework does; unknown at first.</param>
/// <param name="HasOnlyChat">Whether it has Chat Completions and no Responses.</param>
/// <param name="KeepsNoConversations">Whether conversations can't be made on it.</param>
/// <param name="TakesNoBackground">Whether it refuses to run something in the background.</param>
/// <param name="TakesNoStreamOptions">Whether it refuses to be asked what a stream cost.</param>
internal sealed record OpenAIServer(
    bool? HasEntities = null,
    bool HasOnlyChat = false,
    bool KeepsNoConversations = false,
    bool TakesNoBackground = false,
    bool TakesNoStreamOptions = false);
