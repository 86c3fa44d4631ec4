namespace McpProxy.Api.Callers;

/// <summary>Who a request comes from, and what they may do.</summary>
/// <param name="Id">What tells them from others, or <see langword="null"/> where nobody is asked who they are.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Agents">The agents they may use; <see langword="null"/> for all.</param>
internal sealed record Caller(string? Id, CallerRole Role, IReadOnlyList<AgentPattern>? Agents = null)
{
    /// <summary>Whoever reaches a proxy that asks nobody who they are.</summary>
    public static Caller Anyone { get; } = new(null, CallerRole.Operator);

    public bool IsOperator => Role is CallerRole.Operator;

    /// <summary>The access token that they showed, if they showed one. It goes to an authorization server in exchange for another, and nowhere else.</summary>
    public string? Token { get; init; }

    /// <returns>Whether there may be an agent on a server that they may use.</returns>
    public bool MaySee(string serverName) => Agents?.Any(pattern => pattern.IsAbout(serverName)) is not false;

    /// <returns>Whether they may see and call an agent.</returns>
    public bool MayUse(string serverName, string agentId) => Agents?.Any(pattern => pattern.Matches(serverName, agentId)) is not false;

    /// <returns>Whether something that belongs to a caller is theirs, or they look after everybody's.</returns>
    public bool MayFollow(string? owner) => IsOperator || owner == Id;

    /// <summary>Without the token, so that no log can hold it.</summary>
    public override string ToString() => $"{Id ?? "anyone"} ({Role.ToString().ToLowerInvariant()})";
}
