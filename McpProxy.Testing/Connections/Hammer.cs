using McpProxy.Api.Connections;
using McpProxy.Api.Errors;

namespace McpProxy.Testing.Connections;

/// <summary>Many tasks that connect and disconnect few servers through several replicas at once, so that they meet.</summary>
/// <param name="replicas">The backends of the replicas.</param>
/// <param name="tasks">How many tasks there are.</param>
/// <param name="operations">How much each does.</param>
internal sealed class Hammer(IReadOnlyList<IConnectionBackend> replicas, int tasks, int operations)
{
    private const int Names = 40;

    private int _collisions;

    /// <summary>How often a connected URL was answered with a name that belongs to another URL.</summary>
    public int Collisions => _collisions;

    public Task RunAsync(CancellationToken cancellationToken)
        => Task.WhenAll(Enumerable.Range(0, tasks).Select(task => Task.Run(() => RunAsync(task, cancellationToken), cancellationToken)));

    private async Task RunAsync(int task, CancellationToken cancellationToken)
    {
        var random = new Random(task);
        for (var i = 0; i < operations; i++)
        {
            var backend = replicas[random.Next(replicas.Count)];
            ServerUrl.Check($"http://host{random.Next(Names)}", out var url);
            try
            {
                switch (random.Next(5))
                {
                    case 0 or 1:
                        Check(await backend.AddAsync($"name{random.Next(Names)}", url!, "mastra", null, cancellationToken), url!);
                        break;
                    case 2:
                        Check(await backend.AddAsync(null, url!, null, null, cancellationToken), url!);
                        break;
                    case 3:
                        await backend.RemoveAsync($"name{random.Next(Names)}", cancellationToken);
                        break;
                    default:
                        await backend.RemoveAsync($"server{2 + random.Next(Names)}", cancellationToken);
                        break;
                }
            }
            catch (ProxyException exception) when (exception.InnerException is null)
            {
                // The name was taken, as it should be.
            }
        }
    }

    private void Check((AgentServer Server, bool Added) outcome, ServerUrl url)
    {
        if (outcome.Server.Url != url)
        {
            Interlocked.Increment(ref _collisions);
        }
    }
}
