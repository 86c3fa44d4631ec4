using System.Text.Json.Serialization;

namespace McpProxy.Api.Errors;

/// <summary>What kind of failure it is. MCP clients read it in <c>structuredContent.error.kind</c>: a program acts on this, a model on the message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorKind>))]
internal enum ErrorKind
{
    /// <summary>The call itself is wrong: an argument, an id, a combination of them. Nothing was sent.</summary>
    [JsonStringEnumMemberName("invalid_argument")]
    InvalidArgument,

    /// <summary>There is no such server, run, thread or path.</summary>
    [JsonStringEnumMemberName("not_found")]
    NotFound,

    /// <summary>There is no such agent.</summary>
    [JsonStringEnumMemberName("agent_not_found")]
    AgentNotFound,

    /// <summary>Several agents answer to the id.</summary>
    [JsonStringEnumMemberName("ambiguous")]
    Ambiguous,

    /// <summary>The proxy may not do this: its settings say so. Nothing was sent.</summary>
    [JsonStringEnumMemberName("refused_by_policy")]
    RefusedByPolicy,

    /// <summary>The proxy or the agent server has too much to do. Trying again later may help.</summary>
    [JsonStringEnumMemberName("busy")]
    Busy,

    /// <summary>The agent server failed too often lately, so it was not asked.</summary>
    [JsonStringEnumMemberName("circuit_open")]
    CircuitOpen,

    /// <summary>No connection could be made. Nothing was sent.</summary>
    [JsonStringEnumMemberName("unreachable")]
    Unreachable,

    /// <summary>The time was up. The agent may have run.</summary>
    [JsonStringEnumMemberName("timed_out")]
    TimedOut,

    /// <summary>The connection broke off, or the answer was cut off. The agent may have run.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>The agent or its server failed.</summary>
    [JsonStringEnumMemberName("agent_failed")]
    AgentFailed,

    /// <summary>The agent server refused what it was sent.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>The agent server asks for credentials, or refuses the ones it got.</summary>
    [JsonStringEnumMemberName("unauthorized")]
    Unauthorized,

    /// <summary>The answer is not what a server of this type answers.</summary>
    [JsonStringEnumMemberName("invalid_response")]
    InvalidResponse,

    /// <summary>Where connections and runs are remembered can't be used.</summary>
    [JsonStringEnumMemberName("backend_unavailable")]
    BackendUnavailable,
}
