using System.Collections.Concurrent;

namespace McpProxy.Testing.AgentServers;

/// <summary>The real agent servers of a test run: each is started by the first test that asks for it and shared by the rest.</summary>
public sealed class RealAgentServers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<RealServer, Lazy<Task<RealAgentServer>>> _servers = new();

    /// <summary>Skips the test that asks if the server is not installed.</summary>
    public async Task<RealAgentServer> GetAsync(RealServer kind, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(RealAgentServer.IsInstalled(kind), $"{kind} is not installed: ./test.sh installs it.");
        return await _servers.GetOrAdd(kind, _ => new(() => RealAgentServer.StartAsync(kind))).Value.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values.Select(started => started.Value).Where(started => !started.IsFaulted))
        {
            await (await server).DisposeAsync();
        }
    }
}
