using System.Diagnostics;
using ModelContextProtocol.Client;

namespace McpProxy.Benchmarks;

/// <summary>A thousand calls to an agent, each through the next of three replicas.</summary>
internal static class RoundRobinBenchmark
{
    private const int Calls = 1000;

    public static async Task<Row> RunAsync(string kind)
    {
        await using var backends = new StartedBackends();
        var redis = await backends.ServerAsync();
        var upstash = await backends.UpstashServerAsync(redis);
        await using var agents = new SampleAgentServerFixture();
        await agents.InitializeAsync();
        var proxies = new List<Proxy>();
        var clients = new List<McpClient>();
        for (var i = 0; i < 3; i++)
        {
            proxies.Add(await Proxy.StartAsync(
                $"MCP_CONNECTION_BACKEND={kind}", $"ConnectionStrings:redis={redis.Address}",
                $"UPSTASH_REDIS_REST_URL={upstash.Url}", $"UPSTASH_REDIS_REST_TOKEN={UpstashServer.Token}"));
            clients.Add(await proxies[i].CreateClientAsync(i is 0 ? "2025-11-25" : "2026-07-28"));
        }

        await clients[0].CallAsync("connectServer", new { serverUrl = new Uri(agents.Client.BaseAddress!, "mastra"), serverName = "shared" });
        var failures = 0;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            failures += (await clients[i % 3].AskAsync("shared:echoAgent", "hi")).IsError is true ? 1 : 0;
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }

        return new(
            $"{kind}: {Calls} calls round robin over 3 replicas",
            $"{failures} failures, {elapsed.TotalMilliseconds / Calls:0.0} ms each",
            failures is 0);
    }
}
