using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Agents;

/// <summary>How agents are found and called.</summary>
internal sealed class AgentOptions
{
    [ConfigurationKeyName("MCP_AGENT_CONFLICTS")]
    [Description(
        "What a plain agent id that several servers have means: refuse (and say the qualified ids), or first (server0 if it has it, else the first "
        + "server that does).")]
    public AgentConflicts Conflicts { get; set; }

    [ConfigurationKeyName("MCP_CALL_TIMEOUT_SECONDS")]
    [Description("How long an agent may take to answer, in seconds, waiting for its turn included.")]
    [Range(1, 86_400)]
    public int CallTimeoutSeconds { get; set; } = 600;

    [ConfigurationKeyName("MCP_AGENT_CACHE_SECONDS")]
    [Description(
        "How long the proxy may rely on what a server last said about its agents to find the server of a plain agent id, in seconds; 0 asks every "
        + "time. listAgents always asks.")]
    [Range(0, 3600)]
    public int AgentCacheSeconds { get; set; } = 30;

    [ConfigurationKeyName("MCP_PIN_AGENTS")]
    [Description(
        "Whether a server that describes an agent otherwise than when it was connected is used no more, until an operator connects it again. "
        + "listAgents and the audit log tell of it anyway.")]
    public bool PinAgents { get; set; }

    [ConfigurationKeyName("MCP_MAX_CHUNKS")]
    [Description("How many pieces a streamed answer may have; the rest is cut off.")]
    [Range(1, 10_000_000)]
    public int MaxChunks { get; set; } = 100_000;

    [ConfigurationKeyName("MCP_MAX_CALLS")]
    [Description("How many calls may run at the same time, on all agent servers together. As many again wait; more are refused.")]
    [Range(1, 100_000)]
    public int MaxCalls { get; set; } = 2000;

    [ConfigurationKeyName("MCP_MAX_CALLS_PER_SERVER")]
    [Description("How many calls may run on one agent server at the same time. As many again wait; more are refused.")]
    [Range(1, 10_000)]
    public int MaxCallsPerServer { get; set; } = 100;

    [ConfigurationKeyName("MCP_CALLER_CALLS_PER_MINUTE")]
    [Description("How many calls of agents one caller may begin within a minute; more are refused. 0 for any number.")]
    [Range(0, 1_000_000)]
    public int CallsPerMinute { get; set; }

    [ConfigurationKeyName("MCP_CALLER_MAX_CALLS")]
    [Description("How many calls of one caller may run at the same time; more are refused. 0 for any number.")]
    [Range(0, 100_000)]
    public int MaxCallsPerCaller { get; set; }

    [ConfigurationKeyName("MCP_MAX_HOPS")]
    [Description(
        "How many agents may be called one from the other, when agents call agents through the proxy. The next call is refused, so that a circle "
        + "ends.")]
    [Range(1, 100)]
    public int MaxHops { get; set; } = 5;

    [ConfigurationKeyName("MCP_TELEMETRY_CONTENT")]
    [Description("Whether traces and the history of calls show what was said to agents and what they answered.")]
    public bool TelemetryContent { get; set; }

    public TimeLimit CallTimeout => new(CallTimeoutSeconds, "did not finish within", TimeLimit.AgentMayHaveRun, "MCP_CALL_TIMEOUT_SECONDS");
}
