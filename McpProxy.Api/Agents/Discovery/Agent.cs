namespace McpProxy.Api.Agents.Discovery;

/// <summary>An agent that an agent server offers.</summary>
internal sealed record Agent(string Id, string Name, string? Description = null)
{
    private const int MaxId = 256;
    private const int MaxName = 200;
    private const int MaxDescription = 2000;

    /// <summary>An agent as its server tells of it, cleaned. Without a name it is called by its id.</summary>
    public static Agent Of(string id, string? name, string? description)
        => new(id, RemoteText.Clean(name, MaxName) ?? id, RemoteText.Clean(description, MaxDescription));

    /// <returns>Whether an id is fit to be shown, and stays one segment of a path.</returns>
    public static bool IsUsable(string? id) => id is not (null or "" or "." or "..") && RemoteText.Clean(id, MaxId) == id;
}
