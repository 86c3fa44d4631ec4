namespace McpProxy.Api.Redis;

/// <summary>
/// Where connections are remembered can't be used. The message says what is wrong and which setting to look at; it holds no secret and no
/// address.
/// </summary>
internal sealed class BackendException(BackendError error, string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public BackendError Error => error;

    /// <summary>What went wrong, in one word that stays the same: for telemetry.</summary>
    public string Code => code;

    /// <summary>When asked to wait before the next attempt, for how long.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

internal enum BackendError
{
    /// <summary>Nothing was sent.</summary>
    Unreachable,

    /// <summary>It was sent, but what came of it is not known.</summary>
    Interrupted,

    /// <summary>The same, and waiting for it took all the time there was.</summary>
    TimedOut,

    /// <summary>It was refused, and may not be another time.</summary>
    Refused,

    /// <summary>It was refused, and will be until somebody changes something.</summary>
    Misconfigured,
}
