using System.Threading.RateLimiting;

namespace McpProxy.Api.Limits;

/// <summary>How often something may be done within a minute: all at once, and then as the minute goes by.</summary>
internal static class PerMinute
{
    public static TokenBucketRateLimiterOptions Of(int times) => new()
    {
        TokenLimit = times,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / times,
        QueueLimit = 0,
    };

    /// <returns>After how many seconds what was refused may be tried again.</returns>
    public static int SecondsToWait(RateLimitLease refused)
        => refused.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
}
