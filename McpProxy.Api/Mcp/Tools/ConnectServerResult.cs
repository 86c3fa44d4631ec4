using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>The server that is connected now.</summary>
internal sealed record ConnectServerResult(
    bool Success,
    string ServerName,
    string ServerUrl,
    string Message,
    bool ValidationPerformed,
    string? ServerType = null,
    int? AgentsFound = null,
    IReadOnlyList<AgentSummary>? AgentList = null)
{
    public static ConnectServerResult From(AgentServer server, bool added, string? wantedType, AgentListing? listing, bool namesAgents)
    {
        var agents = listing?.Agents.Select(agent => AgentSummary.From(server, agent)).ToList();
        var type = listing?.Server.Type ?? server.Type;
        var difference = wantedType is null || wantedType == type ? ""
            : type is null ? $" without a type, and stays so although '{wantedType}' was asked for"
            : $" of type '{type}', and stays so although '{wantedType}' was asked for";
        var what = added ? $"Connected '{server.Name}'" : $"This server is connected already, as '{server.Name}'{difference}";
        var state = listing switch
        {
            null => "It was not asked whether it answers.",
            { Failure: { } failure } => failure.Message,
            _ => $"It has {agents!.Count} agents. Call them as '{server.Name}:agentId'.",
        };

        return new(
            true,
            server.Name,
            server.Url.ToString(),
            $"{what}. {state}",
            listing is not null,
            type,
            agents?.Count,
            namesAgents ? agents : null);
    }
}
