using System.Globalization;
using System.Threading.RateLimiting;

namespace McpProxy.Api.Access;

/// <summary>How much of the proxy one caller may take over HTTP, so that it stays there for the others.</summary>
internal static class CallerLimits
{
    /// <summary>The name of the limit.</summary>
    public const string Name = "caller";

    public static void AddCallerLimits(this WebApplicationBuilder builder, AccessOptions access) => builder.Services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Name, context => access.RequestsPerMinute is 0
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(
                CallerIdentity.Of(context)?.Caller.Id ?? $"{context.Connection.RemoteIpAddress}", _ => PerMinute.Of(access.RequestsPerMinute)));
        limits.OnRejected = (rejected, _) =>
        {
            var seconds = PerMinute.SecondsToWait(rejected.Lease);
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

            return new(rejected.HttpContext.RefuseAsync(
                StatusCodes.Status429TooManyRequests,
                $"Nothing was done: one caller may send {access.RequestsPerMinute} requests a minute (MCP_CALLER_REQUESTS_PER_MINUTE). "
                + $"Send it again in {seconds} s."));
        };
    });
}
