namespace McpProxy.Api.Agents.Discovery;

/// <summary>Asks every agent server once the proxy has started, so that the log says which of them can be used.</summary>
internal sealed class StartupCheck(AgentResolver resolver, ServerStatusLog statusLog, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (statusLog.IsEnabled)
        {
            lifetime.ApplicationStarted.Register(() => _ = AskAsync());
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AskAsync()
    {
        if (await resolver.ListAsync(Caller.Anyone, MemoryLease.Unlimited, lifetime.ApplicationStopping) is [])
        {
            statusLog.LogNoServers();
        }
    }
}
