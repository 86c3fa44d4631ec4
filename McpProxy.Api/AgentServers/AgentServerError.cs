namespace McpProxy.Api.AgentServers;

/// <summary>What can go wrong with an agent server.</summary>
internal enum AgentServerError
{
    /// <summary>Nothing was sent: no connection could be made.</summary>
    Unreachable,

    /// <summary>The server or the connection broke off, or the time was up; the agent may have run.</summary>
    Interrupted,

    /// <summary>The server asks for credentials, or refuses the ones it got.</summary>
    Unauthorized,

    /// <summary>The server has no such thread or path.</summary>
    NotFound,

    /// <summary>The server has no such agent.</summary>
    NoSuchAgent,

    /// <summary>The server refused what it was sent.</summary>
    Refused,

    /// <summary>The agent or the server failed.</summary>
    Failed,

    /// <summary>The answer is not what a server of this type answers.</summary>
    Unintelligible,

    /// <summary>The proxy has no room for the answer, or may not have as much of it; the agent may have run.</summary>
    NoRoom,

    /// <summary>The proxy refused, before anything was sent: its URL policy, its limits, an id that names nothing.</summary>
    NotAllowed,
}
