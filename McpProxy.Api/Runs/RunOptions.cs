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
        "After how many seconds a call goes on as a background run by itself, where its client has not asked for progress: most clients give up after 60 s "
        + "without any. 0 if never.")]
    [Range(0, 86_400)]
    public int RequestLimitSeconds { get; set; } = 50;

    [ConfigurationKeyName("MCP_MAX_REQUEST_SECONDS")]
    [Description(
        "How long any request may take before something between clients and the proxy cuts it, in seconds; a call that gets near goes on as a background "
        + "run, whether its client asked for progress or not. 0 if nothing does.")]
    [Range(0, 86_400)]
    public int MaxRequestSeconds { get; set; }

    public TimeSpan Expiry => TimeSpan.FromSeconds(ExpirySeconds);

    /// <summary>How long a run is kept that goes on as another.</summary>
    public TimeSpan LongExpiry => Expiry + Timeout.Time;

    public TimeLimit Timeout => new(TimeoutSeconds, "did not finish within", TimeLimit.AgentMayHaveRun, "MCP_RUN_TIMEOUT_SECONDS");

    /// <returns>After how long a call becomes a run, if it does: before its client gives up, and before its request would be cut.</returns>
    /// <param name="isFollowed">Whether its client sees that it goes on, and so does not give up.</param>
    public TimeSpan? SwitchAfter(bool isFollowed)
    {
        const double Never = double.PositiveInfinity;
        var patience = isFollowed || RequestLimitSeconds is 0 ? Never : RequestLimitSeconds;
        // A tenth, and if it is not too short a second, before the end.
        var cut = MaxRequestSeconds is 0 ? Never : Math.Max(MaxRequestSeconds / 2.0, Math.Min(MaxRequestSeconds * 0.9, MaxRequestSeconds - 1));
        var first = Math.Min(patience, cut);

        return first is Never ? null : TimeSpan.FromSeconds(first);
    }
}
