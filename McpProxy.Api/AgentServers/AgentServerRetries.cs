using Polly;
using Polly.Retry;

namespace McpProxy.Api.AgentServers;

/// <summary>What may be repeated, and how often: reading may, and a call whose connection was never made. An agent that may have run is never asked again.</summary>
internal sealed class AgentServerRetries(AgentServerOptions options)
{
    public ResiliencePipeline Listing { get; } = Build(
        options.ListingRetries, options.ListingBackoffMs, options.ListingMaxBackoffMs, error => error is AgentServerError.Unreachable or AgentServerError.Failed);

    public ResiliencePipeline Discovery { get; } = Build(
        options.DiscoveryRetries, options.DiscoveryBackoffMs, options.DiscoveryMaxBackoffMs, error => error is AgentServerError.Unreachable or AgentServerError.Failed);

    public ResiliencePipeline Calls { get; } = Build(
        options.ClientRetries, options.ClientBackoffMs, options.ClientMaxBackoffMs, error => error is AgentServerError.Unreachable);

    private static ResiliencePipeline Build(int retries, int backoffMs, int maxBackoffMs, Func<AgentServerError, bool> mayRepeat)
        => retries is 0
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder()
                .AddRetry(new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<AgentServerException>(exception => mayRepeat(exception.Error)),
                    MaxRetryAttempts = retries,
                    Delay = TimeSpan.FromMilliseconds(backoffMs),
                    MaxDelay = TimeSpan.FromMilliseconds(maxBackoffMs),
                    BackoffType = DelayBackoffType.Exponential,
                })
                .Build();
}
