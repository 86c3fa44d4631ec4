namespace McpProxy.AppHost;

/// <summary>
/// The settings that decide which resources there are. A deployment has names of its own for them: azd shows its templates no settings but those
/// that begin with <c>AZURE_</c>, and infra/proxy.tmpl.yaml depends on the same two.
/// </summary>
internal static class DeploymentChoices
{
    /// <returns><c>local</c>, <c>redis</c> or <c>upstash</c>.</returns>
    /// <exception cref="DistributedApplicationException">It is none of them.</exception>
    public static string Backend(IDistributedApplicationBuilder builder)
    {
        var run = builder.Configuration["Parameters:backend"];
        var deployed = builder.Configuration["AZURE_BACKEND"];
        if (builder.ExecutionContext.IsPublishMode && run is not null && run != deployed)
        {
            throw new DistributedApplicationException(
                $"A deployment takes its backend from AZURE_BACKEND. Set AZURE_BACKEND={run} in place of Parameters:backend.");
        }

        var (name, backend) = builder.ExecutionContext.IsPublishMode ? ("AZURE_BACKEND", deployed) : ("Parameters:backend", run);

        return backend is null or "local" or "redis" or "upstash"
            ? backend ?? "local"
            : throw new DistributedApplicationException($"{name} must be local, redis or upstash. It is '{backend}'.");
    }

    /// <returns>Whether a connection string names a Redis that runs already.</returns>
    public static bool HasRedis(IDistributedApplicationBuilder builder)
        => builder.Configuration[builder.ExecutionContext.IsPublishMode ? "AZURE_REDIS" : "ConnectionStrings:redis"] is not null;
}
