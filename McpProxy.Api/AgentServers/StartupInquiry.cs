using McpProxy.Api.Memory;

namespace McpProxy.Api.AgentServers;

/// <summary>Asks every agent server once at the start, without holding it up, so that the log says which of them can be used.</summary>
internal sealed class StartupInquiry(AgentDirectory directory, AgentServerStates states) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (states.IsLogged)
        {
            _ = AskAsync();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AskAsync()
    {
        if (await directory.ListAsync(MemoryLease.Unlimited, CancellationToken.None) is [])
        {
            states.TellNone();
        }
    }
}
