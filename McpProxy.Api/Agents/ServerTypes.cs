namespace McpProxy.Api.Agents;

/// <summary>The types of agent server that a connection can declare: one for each dialect.</summary>
internal sealed class ServerTypes(IEnumerable<IAgentDialect> dialects)
{
    private readonly string[] _names = [.. dialects.Select(dialect => dialect.ServerType)];

    /// <exception cref="ProxyException">A type is given, and there is none of that name.</exception>
    public void Ensure(string? type)
    {
        if (type is not null && Problem(type) is { } problem)
        {
            throw new ProxyException(ErrorKind.InvalidArgument, $"{problem} Leave serverType out to have the proxy find it out.");
        }
    }

    /// <returns>That there is no such type, and which there are, or <see langword="null"/> if there is.</returns>
    public string? Problem(string type)
        => _names.Contains(type) ? null : $"'{type}' is no type of agent server. {NearMiss.AskAndList(type, _names)}";
}
