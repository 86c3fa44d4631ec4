using System.Net;
using McpProxy.Api.Connections;
using Microsoft.Extensions.Caching.Memory;
using Polly;
using Polly.CircuitBreaker;

namespace McpProxy.Api.Outbound;

/// <summary>
/// Spares a server that keeps failing, and those who would wait for it: for a short while it is not asked at all. What an agent itself got
/// wrong does not count, nor does a refusal: only that the server could not be reached, broke off, took too long, or stands behind something
/// that can't reach it.
/// </summary>
/// <remarks>Polly's own registry of pipelines forgets none, and clients can name any number of servers.</remarks>
internal sealed class CircuitBreakers(OutboundOptions options, TimeProvider time) : IDisposable
{
    /// <summary>What tells a server that took too long from a caller who has gone.</summary>
    public static readonly ResiliencePropertyKey<Deadline> Deadline = new(nameof(Deadline));

    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(30);

    private readonly MemoryCache _circuits = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    public ResiliencePipeline<HttpResponseMessage> For(ServerUrl url)
        => _circuits.TryGetValue(url, out ResiliencePipeline<HttpResponseMessage>? circuit)
            ? circuit!
            : _circuits.GetOrCreate(url, _ => Build(), new() { Size = 1, SlidingExpiration = _sampling + _sampling })!;

    public void Dispose() => _circuits.Dispose();

    private ResiliencePipeline<HttpResponseMessage> Build() => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = arguments => new(IsFailure(arguments.Outcome, arguments.Context.Properties.GetValue(Deadline, null!))),
            FailureRatio = 0.9,
            MinimumThroughput = options.CircuitFailures,
            SamplingDuration = _sampling,
            BreakDuration = TimeSpan.FromSeconds(options.CircuitBreakSeconds),
        })
        .Build();

    private static bool IsFailure(Outcome<HttpResponseMessage> outcome, Deadline deadline) => outcome switch
    {
        { Exception: HttpRequestException failure } => failure.InnerException is not ProxyException,
        { Exception: OperationCanceledException end } => end.InnerException is TimeoutException || deadline.Explain(end) is not null,
        _ => outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
    };
}
