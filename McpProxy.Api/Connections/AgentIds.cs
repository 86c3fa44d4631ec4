namespace McpProxy.Api.Connections;

/// <summary>The ids of the agents that a connection is there for.</summary>
internal static class AgentIds
{
    private const int MaxCount = 1000;
    private const int MaxLength = 256;

    /// <returns>Why the ids can't be used, as the rest of a sentence, or <see langword="null"/> if they can.</returns>
    public static string? Problem(IReadOnlyCollection<string> ids) => ids.Count is 0 or > MaxCount
        ? $"it must hold from 1 to {MaxCount} ids of agents"
        : ids.Any(id => id is null or "" or "." or ".." || RemoteText.Clean(id, MaxLength) != id) ? "it holds something that is no id of an agent" : null;
}
