using McpProxy.Api.Errors;
using Polly;
using Polly.Retry;

namespace McpProxy.Api.Outbound;

/// <summary>What may be repeated, and how often: reading may, and a call whose connection was never made. An agent that may have run is never asked again.</summary>
internal sealed class RetryPolicies(OutboundOptions options)
{
    public ResiliencePipeline Listing { get; } = Build(
        options.ListingRetries, options.ListingBackoffMs, options.ListingMaxBackoffMs, error => error is ErrorKind.Unreachable or ErrorKind.AgentFailed);

    public ResiliencePipeline Discovery { get; } = Build(
        options.DiscoveryRetries, options.DiscoveryBackoffMs, options.DiscoveryMaxBackoffMs, error => error is ErrorKind.Unreachable or ErrorKind.AgentFailed);

    public ResiliencePipeline Calls { get; } = Build(
        options.ClientRetries, options.ClientBackoffMs, options.ClientMaxBackoffMs, error => error is ErrorKind.Unreachable);

    private static ResiliencePipeline Build(int retries, int backoffMs, int maxBackoffMs, Func<ErrorKind, bool> mayRepeat)
        => retries is 0
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder()
                .AddRetry(new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<ProxyException>(exception => mayRepeat(exception.Kind)),
                    MaxRetryAttempts = retries,
                    Delay = TimeSpan.FromMilliseconds(backoffMs),
                    MaxDelay = TimeSpan.FromMilliseconds(maxBackoffMs),
                    BackoffType = DelayBackoffType.Exponential,
                })
                .Build();
}
