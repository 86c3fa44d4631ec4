using McpProxy.Api.Limits;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>Asks every agent server once the proxy has started, so that the log says which of them can be used.</summary>
internal sealed class StartupCheck(AgentResolver directory, ServerStatusLog states, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (states.IsLogged)
        {
            lifetime.ApplicationStarted.Register(() => _ = AskAsync());
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AskAsync()
    {
        if (await directory.ListAsync(MemoryLease.Unlimited, lifetime.ApplicationStopping) is [])
        {
            states.TellNone();
        }
    }
}
