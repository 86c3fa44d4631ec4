namespace McpProxy.Api.Redis;

/// <summary>Reads what comes back from Redis, or from whatever answers in its place.</summary>
internal static class RedisReplies
{
    /// <param name="client">Reaches Redis.</param>
    /// <param name="script">What is done.</param>
    /// <param name="keys">Every key that it touches.</param>
    /// <param name="arguments">What it is done with.</param>
    /// <param name="read">Reads the result. It may take for granted that it is one of the script.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BackendException">There is no result, none is known, or it is not one of the script.</exception>
    public static async Task<T> EvaluateAsync<T>(
        this IRedisClient client, RedisScript script, string[] keys, string[] arguments, Func<string[], T> read, CancellationToken cancellationToken)
    {
        var result = await client.EvaluateAsync(script, keys, arguments, cancellationToken);
        try
        {
            return read(result);
        }
        catch (Exception exception) when (exception is IndexOutOfRangeException or ArgumentException or FormatException or OverflowException)
        {
            throw new BackendException(
                BackendError.Refused,
                "not_a_result",
                "What answers in place of Redis answers something else. Check its address in the settings, and what stands between the proxy and it.",
                exception);
        }
    }
}
