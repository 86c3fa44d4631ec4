using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Outbound;

/// <summary>How the proxy speaks to agent servers: how long it waits, what it takes, what it repeats.</summary>
[FormerSetting(
    "MASTRA_CLIENT_BACKOFF_MS", "MASTRA_CLIENT_MAX_BACKOFF_MS", "MASTRA_DISCOVERY_BACKOFF_MS", "MASTRA_DISCOVERY_MAX_BACKOFF_MS",
    "MASTRA_LISTING_BACKOFF_MS", "MASTRA_LISTING_MAX_BACKOFF_MS")]
internal sealed class OutboundOptions
{
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

    [ConfigurationKeyName("MCP_MAX_RESPONSE_BYTES")]
    [Description("How large one answer of an agent server may be, in bytes; the rest is cut off.")]
    [Range(1024d, 1_073_741_824d)]
    public long MaxResponseBytes { get; set; } = 10 * 1024 * 1024;

    [ConfigurationKeyName("MCP_CIRCUIT_FAILURES")]
    [Description(
        "After how many failed requests within 30 seconds, with hardly a success between them, a server is left alone for a while. "
        + "Failures are those of the server, not of its agents.")]
    [Range(2, 10_000)]
    public int CircuitFailures { get; set; } = 10;

    [ConfigurationKeyName("MCP_CIRCUIT_BREAK_SECONDS")]
    [Description("How long that while is, in seconds.")]
    [Range(1, 3600)]
    public int CircuitBreakSeconds { get; set; } = 5;

    [ConfigurationKeyName("MCP_CALL_RETRIES")]
    [SettingAlias("MASTRA_CLIENT_RETRIES")]
    [Description("How often a call is tried again while no connection to the agent server can be made. Once it was sent it is never repeated.")]
    [Range(0, 10)]
    public int CallRetries { get; set; } = 3;

    [ConfigurationKeyName("MCP_READ_RETRIES")]
    [SettingAlias("MASTRA_DISCOVERY_RETRIES", "MASTRA_LISTING_RETRIES")]
    [Description("How often a failed read, such as that of a list of agents, is repeated.")]
    [Range(0, 10)]
    public int ReadRetries { get; set; } = 2;

    public TimeLimit FirstByteTimeout => new(
        FirstByteTimeoutSeconds, "did not begin to answer within", TimeLimit.AgentMayHaveRun, "MCP_FIRST_BYTE_TIMEOUT_SECONDS");

    public TimeLimit IdleTimeout => new(
        IdleTimeoutSeconds, "stopped in the middle of its answer and sent nothing for", TimeLimit.AgentMayHaveRun, "MCP_IDLE_TIMEOUT_SECONDS");

    public TimeLimit DiscoveryTimeout => new(
        DiscoveryTimeoutSeconds, "did not answer within", "Check that it is running and not overloaded", "MCP_DISCOVERY_TIMEOUT_SECONDS");
}
