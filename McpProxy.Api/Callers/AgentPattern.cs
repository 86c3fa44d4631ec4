using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace McpProxy.Api.Callers;

/// <summary>Names agents: <c>server:agent</c>, where <c>*</c> stands for any text, or <c>*</c> alone for all.</summary>
internal sealed record AgentPattern
{
    private const string Any = "*";

    private readonly string _server;
    private readonly string _agent;

    private AgentPattern(string server, string agent) => (_server, _agent) = (server, agent);

    public bool IsAbout(string serverName) => FileSystemName.MatchesSimpleExpression(_server, serverName, ignoreCase: false);

    public bool Matches(string serverName, string agentId)
        => IsAbout(serverName) && FileSystemName.MatchesSimpleExpression(_agent, agentId, ignoreCase: false);

    /// <returns>Whether the text is a pattern.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out AgentPattern? pattern)
    {
        // The framework's matcher takes these three for signs of its own.
        pattern = text.IndexOfAny(['?', '\\', '"']) >= 0 ? null : text.Split(':', 2) switch
        {
            [Any] => new(Any, Any),
            [not "", not ""] parts => new(parts[0], parts[1]),
            _ => null,
        };

        return pattern is not null;
    }
}
