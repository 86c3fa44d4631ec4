namespace McpProxy.Api.Agents.Discovery;

/// <summary>What a plain agent id means that several servers have.</summary>
internal enum AgentConflicts
{
    /// <summary>The call is refused, and the qualified ids are named.</summary>
    Refuse,

    /// <summary><c>server0</c> if it has the agent, else the first server that does.</summary>
    First,
}
