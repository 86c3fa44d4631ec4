using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Runs;

/// <summary>How agents run in the background, where nobody waits for their answer.</summary>
internal sealed class RunOptions
{
    /// <summary>How long a replica holds a run without saying so again.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    [ConfigurationKeyName("MCP_RUN_EXPIRY_SECONDS")]
    [Description("How long a background run can be asked for after its last change, in seconds.")]
    [Range(60, 604_800)]
    public int ExpirySeconds { get; set; } = 3600;

    [ConfigurationKeyName("MCP_RUN_TIMEOUT_SECONDS")]
    [Description("How long an agent may take in a background run, in seconds.")]
    [Range(1, 86_400)]
    public int TimeoutSeconds { get; set; } = 3600;

    [ConfigurationKeyName("MCP_REQUEST_LIMIT_SECONDS")]
    [Description(
        "How long one request of an MCP client may take before something between it and the proxy cuts it, in seconds; "
        + "a call that gets near becomes a background run. 0 if nothing does.")]
    [Range(0, 86_400)]
    public int RequestLimitSeconds { get; set; }

    public TimeSpan Expiry => TimeSpan.FromSeconds(ExpirySeconds);

    public TimeLimit Timeout => new(TimeoutSeconds, "did not finish within", TimeLimit.AgentMayHaveRun, "MCP_RUN_TIMEOUT_SECONDS");

    /// <summary>After how long a call becomes a run, a tenth and at least a second before its request would be cut.</summary>
    public TimeSpan? SwitchAfter => RequestLimitSeconds is 0
        ? null
        : TimeSpan.FromSeconds(Math.Max(RequestLimitSeconds / 2.0, Math.Min(RequestLimitSeconds * 0.9, RequestLimitSeconds - 1)));
}
