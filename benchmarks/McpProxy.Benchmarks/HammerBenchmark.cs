using System.Diagnostics;
using McpProxy.Api.Connections;

namespace McpProxy.Benchmarks;

/// <summary>Many tasks connect and disconnect the same servers through four replicas; then each connects and disconnects servers of its own.</summary>
internal static class HammerBenchmark
{
    private const int Replicas = 4;
    private const int Tasks = 64;
    private const int Operations = 200;

    public static async Task<IReadOnlyList<Row>> RunAsync(string kind)
    {
        await using var backends = new StartedBackends();
        var server = await backends.ServerAsync();
        var upstash = await backends.UpstashServerAsync(server);
        var replicas = new List<IConnectionBackend>();
        for (var i = 0; i < Replicas; i++)
        {
            replicas.Add(kind is "redis"
                ? await backends.RedisAsync(server, settings: "--MCP_MAX_CONNECTIONS=10000")
                : await backends.UpstashAsync(upstash, settings: "--MCP_MAX_CONNECTIONS=10000"));
        }

        var hammer = new Hammer(replicas, Tasks, Operations);
        var began = Stopwatch.GetTimestamp();
        await hammer.RunAsync(CancellationToken.None);
        var met = Result(Stopwatch.GetElapsedTime(began), Tasks * Operations, hammer.Collisions, await ViolationsAsync());

        began = Stopwatch.GetTimestamp();
        var names = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => ChurnAsync(replicas, task))));
        var clashes = names.Sum(found => found.Count) - names.SelectMany(found => found).Distinct().Count();
        var churned = Result(Stopwatch.GetElapsedTime(began), Tasks * Operations * 3 / 2, clashes, await ViolationsAsync());

        return
        [
            new($"{kind}: {Tasks} tasks x {Operations} changes of 40 servers, {Replicas} replicas", met.Text, met.IsGood),
            new($"{kind}: {Tasks} tasks x {Operations} servers without a name, half of them disconnected again", churned.Text, churned.IsGood),
        ];

        async Task<int> ViolationsAsync()
        {
            var (all, map) = (await server.HashAsync("all"), await server.HashAsync("urlmap"));

            return all.Count(pair => map.GetValueOrDefault(pair.Value) != pair.Key) + map.Count(pair => all.GetValueOrDefault(pair.Value) != pair.Key);
        }
    }

    /// <returns>The names of the servers that are connected still.</returns>
    private static async Task<List<string>> ChurnAsync(List<IConnectionBackend> replicas, int task)
    {
        var names = new List<string>();
        for (var i = 0; i < Operations; i++)
        {
            ServerUrl.Check($"http://churn/{task}/{i}", out var url);
            var (added, _) = await replicas[(task + i) % Replicas].AddAsync(null, url!, null, null, CancellationToken.None);
            if (i % 2 is 0)
            {
                await replicas[(task + i + 1) % Replicas].RemoveAsync(added.Name, CancellationToken.None);
            }
            else
            {
                names.Add(added.Name);
            }
        }

        return names;
    }

    private static (string Text, bool IsGood) Result(TimeSpan elapsed, int operations, int collisions, int violations)
        => ($"{collisions} collisions, {violations} duplicates or orphans, {operations / elapsed.TotalSeconds:0} changes/s", collisions + violations is 0);
}
