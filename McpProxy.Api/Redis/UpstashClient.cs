using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpProxy.Api.Redis;

/// <summary>Reaches an Upstash database over its REST interface.</summary>
internal sealed class UpstashClient : IRedisClient, IDisposable
{
    private const string SyncToken = "upstash-sync-token";

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromMinutes(5);

    private readonly RedisErrors _errors = new("Upstash", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN");
    private readonly HttpClient _http;
    private string? _syncToken;

    public UpstashClient(Uri url, string token)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _http = new(handler) { BaseAddress = url, Timeout = _timeout, MaxResponseContentBufferSize = 64 * 1024 * 1024 };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", token);

        // JSON can't hold every string that Redis can.
        _http.DefaultRequestHeaders.Add("Upstash-Encoding", "base64");
    }

    public async Task<string[]> EvaluateAsync(RedisScript script, string[] keys, string[] arguments, CancellationToken cancellationToken)
    {
        string[] command = ["EVAL", script.Text, keys.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), .. keys, .. arguments];
        using var request = new HttpRequestMessage(HttpMethod.Post, "");
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(command, RedisJsonContext.Default.StringArray));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (Volatile.Read(ref _syncToken) is { } token)
        {
            request.Headers.Add(SyncToken, token);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);

            return Result(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _errors.TimedOut(_timeout, exception);
        }
        catch (HttpRequestException exception)
        {
            throw Failure(exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private string[] Result(HttpResponseMessage response, byte[] body)
    {
        var reply = Parse(body);
        if (response.IsSuccessStatusCode && reply?.Result is { } result)
        {
            // Sent back, it makes the next read see what was written last.
            if (response.Headers.TryGetValues(SyncToken, out var tokens) && tokens.First() is var token && Ascii.IsValid(token))
            {
                Volatile.Write(ref _syncToken, token);
            }

            return [.. result.Select(text => text ?? "")];
        }

        var error = reply?.Error ?? "";

        throw response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => _errors.Refusal("WRONGPASS"),
            HttpStatusCode.TooManyRequests => new BackendException(BackendError.Refused, "429", "Upstash is asked too often, or its plan's limit is used up.")
            {
                RetryAfter = RetryAfter(response),
            },
            >= HttpStatusCode.InternalServerError => new(BackendError.Interrupted, "5xx", "Upstash has a failure of its own."),
            _ when error is not "" => _errors.Refusal(error),
            _ => new(
                BackendError.Refused, "not_upstash", "What answers is not Upstash's REST interface. Check UPSTASH_REDIS_REST_URL, and what stands "
                    + "between the proxy and Upstash."),
        };
    }

    /// <returns><see langword="null"/> if something other than Upstash wrote the body.</returns>
    private static UpstashReply? Parse(byte[] body)
    {
        try
        {
            var reply = JsonSerializer.Deserialize(body, RedisJsonContext.Default.UpstashReply);

            return reply is { Result: { } result }
                ? reply with { Result = [.. result.Select(text => Encoding.UTF8.GetString(Convert.FromBase64String(text ?? "")))] }
                : reply;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    private static TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => TimeSpan.FromSeconds(1),
        };

        return asked > _longestRetryAfter ? _longestRetryAfter : asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    private BackendException Failure(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => _errors.Unreachable(exception),
        HttpRequestError.SecureConnectionError => new(
            BackendError.Misconfigured, "tls", "No secure connection to Upstash can be made. Check that UPSTASH_REDIS_REST_URL begins with https:// "
                + "and that its certificate is trusted here.", exception),
        _ => _errors.Interrupted(exception),
    };
}

/// <summary>What Upstash answers. Every string in a result is encoded.</summary>
internal sealed record UpstashReply(string?[]? Result, string? Error);
