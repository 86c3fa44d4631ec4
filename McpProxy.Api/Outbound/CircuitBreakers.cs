using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using Microsoft.Extensions.Caching.Memory;
using Polly;
using Polly.CircuitBreaker;

namespace McpProxy.Api.Outbound;

/// <summary>
/// Spares a server that keeps failing, and those who would wait for it: for a short while it is not asked at all. What an agent itself got
/// wrong does not count, nor does a refusal: only that the server could not be reached, broke off, took too long, or stands behind something
/// that can't reach it.
/// </summary>
internal sealed class CircuitBreakers(OutboundOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);

    private readonly MemoryCache _circuits = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    public async Task<T> ExecuteAsync<T>(AgentServer server, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await CircuitFor(server.Url).ExecuteAsync(async token => await ask(token), cancellationToken);
        }
        catch (BrokenCircuitException exception)
        {
            throw new ProxyException(
                ErrorKind.CircuitOpen,
                $"Agent server {server.Label} failed too often lately, so it was not asked. Check that it is running; "
                + $"it is asked again in {Math.Ceiling(exception.RetryAfter?.TotalSeconds ?? 1):0} s.",
                exception);
        }
    }

    public void Dispose() => _circuits.Dispose();

    private ResiliencePipeline CircuitFor(ServerUrl url)
        => _circuits.GetOrCreate(url, _ => Build(), new() { Size = 1, SlidingExpiration = Sampling + Sampling })!;

    private ResiliencePipeline Build() => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ProxyException>(IsFailure),
            FailureRatio = 0.9,
            MinimumThroughput = options.CircuitFailures,
            SamplingDuration = Sampling,
            BreakDuration = TimeSpan.FromSeconds(options.CircuitBreakSeconds),
        })
        .Build();

    private static bool IsFailure(ProxyException exception)
        => exception.Kind is ErrorKind.Unreachable or ErrorKind.Interrupted or ErrorKind.TimedOut || (int?)exception.Status is 502 or 503 or 504;
}
