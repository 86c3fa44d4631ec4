namespace McpProxy.Api.Connections;

/// <summary>How a connection backend is doing.</summary>
/// <param name="Health">Whether it can be relied on.</param>
/// <param name="Age">How old the list of servers is that it answers with; none before the first and where the list is always the truth.</param>
/// <param name="Problem">What is wrong and what to do about it.</param>
internal sealed record BackendState(BackendHealth Health, TimeSpan? Age = null, string? Problem = null);

internal enum BackendHealth
{
    Healthy,

    /// <summary>Known servers can be used, but changes are refused or the list may be old.</summary>
    Degraded,

    /// <summary>There is no list of servers, and waiting won't bring one.</summary>
    Unhealthy,
}
