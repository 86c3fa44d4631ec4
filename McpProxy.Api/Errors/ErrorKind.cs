using System.Text.Json.Serialization;

namespace McpProxy.Api.Errors;

/// <summary>What kind of failure it is. MCP clients read it in <c>structuredContent.error.kind</c>: a program acts on this, a model on the message.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ErrorKind>))]
internal enum ErrorKind
{
    /// <summary>The call itself is wrong: an argument, an id, a combination of them. Nothing was sent.</summary>
    InvalidArgument,

    /// <summary>There is no such server, run, thread or path.</summary>
    NotFound,

    /// <summary>There is no such agent.</summary>
    AgentNotFound,

    /// <summary>Several agents answer to the id.</summary>
    Ambiguous,

    /// <summary>The proxy may not do this: its settings say so. Nothing was sent.</summary>
    RefusedByPolicy,

    /// <summary>The proxy or the agent server has too much to do. Trying again later may help.</summary>
    Busy,

    /// <summary>The agent server failed too often lately, so it was not asked.</summary>
    CircuitOpen,

    /// <summary>No connection could be made, or an access token was needed and its endpoint does not work. Nothing was sent.</summary>
    Unreachable,

    /// <summary>The time was up. The agent may have run.</summary>
    TimedOut,

    /// <summary>The connection broke off, or the answer was cut off. The agent may have run.</summary>
    Interrupted,

    /// <summary>The agent or its server failed.</summary>
    AgentFailed,

    /// <summary>The agent server refused what it was sent.</summary>
    Rejected,

    /// <summary>The agent server asks for credentials, or refuses the ones it got, or there is no access token for it.</summary>
    Unauthorized,

    /// <summary>The answer is not what a server of this type answers.</summary>
    InvalidResponse,

    /// <summary>Where connections and runs are remembered can't be used.</summary>
    BackendUnavailable,
}
