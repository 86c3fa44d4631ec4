using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpProxy.Api.Connections;

/// <summary>Whether connections can be read and changed. A proxy that knows its servers serves them although it can't be changed.</summary>
internal sealed class ConnectionsHealthCheck(IConnectionBackend backend) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (backend.State is not { Health: HealthStatus.Healthy, Age: not null })
        {
            // The state is as old as the last request: ask once more.
            await backend.GetAllAsync(cancellationToken);
        }

        return new(backend.State.Health, backend.State.Problem);
    }
}
