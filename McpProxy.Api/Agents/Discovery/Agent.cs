namespace McpProxy.Api.Agents.Discovery;

/// <summary>An agent that an agent server offers.</summary>
internal sealed record Agent(string Id, string Name, string? Description = null);
