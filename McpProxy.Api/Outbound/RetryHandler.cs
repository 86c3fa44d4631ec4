using System.Net;
using Polly;
using Polly.Retry;

namespace McpProxy.Api.Outbound;

/// <summary>
/// Repeats what may be repeated: what could not be sent, as no connection was made, and a read that the server failed at. An agent that may have run is
/// never asked again.
/// </summary>
internal sealed class RetryHandler(RetryStrategyOptions<HttpResponseMessage> options) : DelegatingHandler
{
    private static readonly TraceContextPropagator _trace = new();

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = options.MaxRetryAttempts is 0
        ? ResiliencePipeline<HttpResponseMessage>.Empty
        : new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(options).Build();

    public static RetryHandler ForCalls(OutboundOptions options) => new(new()
    {
        ShouldHandle = arguments => new(IsUnsent(arguments.Outcome)),
        MaxRetryAttempts = options.CallRetries,
        Delay = TimeSpan.FromMilliseconds(300),
        MaxDelay = TimeSpan.FromSeconds(5),
        BackoffType = DelayBackoffType.Exponential,
    });

    public static RetryHandler ForReads(OutboundOptions options) => new(new()
    {
        ShouldHandle = arguments => new(IsUnsent(arguments.Outcome) || arguments.Outcome.Result?.StatusCode >= HttpStatusCode.InternalServerError),
        MaxRetryAttempts = options.ReadRetries,
        Delay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(1),
        BackoffType = DelayBackoffType.Exponential,
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => await _pipeline.ExecuteAsync(token => new ValueTask<HttpResponseMessage>(SendOnAsync(request, token)), cancellationToken);

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Each try is a span of its own, and the handler at the end leaves a header alone that is there.
        foreach (var header in _trace.Fields)
        {
            request.Headers.Remove(header);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private static bool IsUnsent(Outcome<HttpResponseMessage> outcome) => outcome.Exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError,
        InnerException: not ProxyException,
    };
}
