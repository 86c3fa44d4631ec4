using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpProxy.Api.Connections;

/// <summary>How a connection backend is doing.</summary>
/// <param name="Health">
/// Degraded: known servers can be used, but changes are refused or the list may be old. Unhealthy: there is no list, and waiting won't bring one.
/// </param>
/// <param name="Age">How old the list of servers is that it answers with; none before the first and where the list is always the truth.</param>
/// <param name="Problem">What is wrong and what to do about it.</param>
internal sealed record BackendState(HealthStatus Health, TimeSpan? Age = null, string? Problem = null);
