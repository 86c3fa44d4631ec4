using System.Text.RegularExpressions;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Mcp.AgentTools;

/// <summary>
/// What an agent's tool is called. It depends on nothing but the server's name and the agent's id, so it is the same on every replica, and no server can
/// take the name of another's agent: a name that says both unchanged is read in one way only, and any other ends with a fingerprint of both.
/// </summary>
internal static partial class AgentToolName
{
    public const string Prefix = "ask_";

    /// <summary>Clients take 64 characters, and some count what they put in front: their name for the proxy.</summary>
    public const int MaxLength = 48;

    private const int MaxServer = 16;
    private const int FingerprintLength = 8;

    public static string Of(AgentServer server, string agentId)
    {
        var plain = $"{Prefix}{server.Name}_{agentId}";
        if (plain.Length <= MaxLength && !server.Name.Contains('_') && PlainId().IsMatch(agentId) && !FingerprintAtEnd().IsMatch(plain))
        {
            return plain;
        }

        var name = $"{BeginningOf(server)}_{OddCharacters().Replace(agentId, "_")}";
        var end = $"_{Fingerprint.Of(ResolvedAgent.Qualify(server, agentId))[..FingerprintLength]}";

        return name[..Math.Min(name.Length, MaxLength - end.Length)].TrimEnd('_') + end;
    }

    /// <returns>Whether an agent of the server may have a tool of that name.</returns>
    public static bool MayBeOf(AgentServer server, string name) => name.StartsWith(BeginningOf(server), StringComparison.Ordinal);

    private static string BeginningOf(AgentServer server) => Prefix + server.Name[..Math.Min(server.Name.Length, MaxServer)];

    [GeneratedRegex("^[A-Za-z0-9_-]+$", RegexOptions.ECMAScript)]
    private static partial Regex PlainId();

    [GeneratedRegex("[^A-Za-z0-9_-]+")]
    private static partial Regex OddCharacters();

    [GeneratedRegex("_[0-9a-f]{8}$")]
    private static partial Regex FingerprintAtEnd();
}
