using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.AgentServers;

/// <summary>How agent servers are asked and called.</summary>
internal sealed class AgentServerOptions
{
    [ConfigurationKeyName("MCP_AGENT_CONFLICTS")]
    [Description("What a plain agent id that several servers have means: refuse (and say the qualified ids), or first (server0 if it has it, else the first server that does).")]
    public AgentConflicts Conflicts { get; set; }

    [ConfigurationKeyName("MCP_CALL_TIMEOUT_SECONDS")]
    [Description("How long an agent may take to answer, in seconds, waiting for its turn included.")]
    [Range(1, 86_400)]
    public int CallTimeoutSeconds { get; set; } = 600;

    [ConfigurationKeyName("MCP_FIRST_BYTE_TIMEOUT_SECONDS")]
    [Description("How long an agent server may take to begin its answer, in seconds. One that is not streamed begins when it is ready.")]
    [Range(1, 86_400)]
    public int FirstByteTimeoutSeconds { get; set; } = 600;

    [ConfigurationKeyName("MCP_IDLE_TIMEOUT_SECONDS")]
    [Description("How long an agent server may send nothing in the middle of an answer, in seconds.")]
    [Range(1, 86_400)]
    public int IdleTimeoutSeconds { get; set; } = 600;

    [ConfigurationKeyName("MCP_DISCOVERY_TIMEOUT_SECONDS")]
    [Description("How long an agent server may take to say what agents it has, in seconds, repeats included.")]
    [Range(1, 60)]
    public int DiscoveryTimeoutSeconds { get; set; } = 3;

    [ConfigurationKeyName("MCP_AGENT_CACHE_SECONDS")]
    [Description("How long the proxy may rely on what a server last said about its agents to find the server of a plain agent id, in seconds; 0 asks every time. listAgents always asks.")]
    [Range(0, 3600)]
    public int AgentCacheSeconds { get; set; } = 30;

    [ConfigurationKeyName("MCP_MAX_RESPONSE_BYTES")]
    [Description("How large one answer of an agent server may be, in bytes; the rest is cut off.")]
    [Range(1024, 1_073_741_824)]
    public long MaxResponseBytes { get; set; } = 10 * 1024 * 1024;

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

    [ConfigurationKeyName("MCP_CIRCUIT_FAILURES")]
    [Description("After how many failures within 30 seconds, with hardly a success between them, a server is left alone for a while. Failures are those of the server, not of its agents.")]
    [Range(2, 10_000)]
    public int CircuitFailures { get; set; } = 10;

    [ConfigurationKeyName("MCP_CIRCUIT_BREAK_SECONDS")]
    [Description("How long that while is, in seconds.")]
    [Range(1, 3600)]
    public int CircuitBreakSeconds { get; set; } = 5;

    [ConfigurationKeyName("MCP_MAX_HOPS")]
    [Description("How many agents may be called one from the other, when agents call agents through the proxy. The next call is refused, so that a circle ends.")]
    [Range(1, 100)]
    public int MaxHops { get; set; } = 5;

    [ConfigurationKeyName("MASTRA_CLIENT_RETRIES")]
    [Description("How often a call is tried again while no connection to the agent server can be made. Once it was sent it is never repeated.")]
    [Range(0, 10)]
    public int ClientRetries { get; set; } = 3;

    [ConfigurationKeyName("MASTRA_CLIENT_BACKOFF_MS")]
    [Description("The wait before the first of these tries, in milliseconds; it doubles each time.")]
    [Range(0, 60_000)]
    public int ClientBackoffMs { get; set; } = 300;

    [ConfigurationKeyName("MASTRA_CLIENT_MAX_BACKOFF_MS")]
    [Description("The longest of these waits, in milliseconds.")]
    [Range(0, 60_000)]
    public int ClientMaxBackoffMs { get; set; } = 5000;

    [ConfigurationKeyName("MASTRA_DISCOVERY_RETRIES")]
    [Description("How often a failed read is repeated when looking for an agent.")]
    [Range(0, 10)]
    public int DiscoveryRetries { get; set; } = 1;

    [ConfigurationKeyName("MASTRA_DISCOVERY_BACKOFF_MS")]
    [Description("The wait before the first of these repeats, in milliseconds; it doubles each time.")]
    [Range(0, 60_000)]
    public int DiscoveryBackoffMs { get; set; } = 100;

    [ConfigurationKeyName("MASTRA_DISCOVERY_MAX_BACKOFF_MS")]
    [Description("The longest of these waits, in milliseconds.")]
    [Range(0, 60_000)]
    public int DiscoveryMaxBackoffMs { get; set; } = 500;

    [ConfigurationKeyName("MASTRA_LISTING_RETRIES")]
    [Description("How often a failed read is repeated for listAgents.")]
    [Range(0, 10)]
    public int ListingRetries { get; set; } = 2;

    [ConfigurationKeyName("MASTRA_LISTING_BACKOFF_MS")]
    [Description("The wait before the first of these repeats, in milliseconds; it doubles each time.")]
    [Range(0, 60_000)]
    public int ListingBackoffMs { get; set; } = 100;

    [ConfigurationKeyName("MASTRA_LISTING_MAX_BACKOFF_MS")]
    [Description("The longest of these waits, in milliseconds.")]
    [Range(0, 60_000)]
    public int ListingMaxBackoffMs { get; set; } = 1000;

    [ConfigurationKeyName("MCP_TELEMETRY_CONTENT")]
    [Description("Whether traces show what was said to agents and what they answered.")]
    public bool TelemetryContent { get; set; }

    public TimeLimit CallTimeout => new(CallTimeoutSeconds, "did not finish within", TimeLimit.AgentMayHaveRun, "MCP_CALL_TIMEOUT_SECONDS");

    public TimeLimit FirstByteTimeout => new(FirstByteTimeoutSeconds, "did not begin to answer within", TimeLimit.AgentMayHaveRun, "MCP_FIRST_BYTE_TIMEOUT_SECONDS");

    public TimeLimit IdleTimeout => new(IdleTimeoutSeconds, "stopped in the middle of its answer and sent nothing for", TimeLimit.AgentMayHaveRun, "MCP_IDLE_TIMEOUT_SECONDS");

    public TimeLimit DiscoveryTimeout => new(DiscoveryTimeoutSeconds, "did not answer within", "Check that it is running and not overloaded", "MCP_DISCOVERY_TIMEOUT_SECONDS");
}
