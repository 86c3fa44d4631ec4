namespace McpProxy.Api.Connections;

/// <summary>Which ids of agents can be used, and which lists of those that a connection is there for.</summary>
internal static class AgentIds
{
    private const int MaxCount = 1000;
    private const int MaxLength = 256;

    /// <returns>Whether an id is fit to be shown, and stays one segment of a path.</returns>
    public static bool IsUsable(string? id) => id is not (null or "" or "." or "..") && RemoteText.Clean(id, MaxLength) == id;

    /// <returns>Why the ids can't be used, as the rest of a sentence, or <see langword="null"/> if they can.</returns>
    public static string? Problem(IReadOnlyCollection<string> ids) => ids.Count is 0 or > MaxCount
        ? $"it must hold from 1 to {MaxCount} ids of agents"
        : !ids.All(IsUsable) ? "it holds something that is no id of an agent" : null;
}
