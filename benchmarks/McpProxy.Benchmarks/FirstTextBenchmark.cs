using ModelContextProtocol.Client;

namespace McpProxy.Benchmarks;

/// <summary>How soon a client sees the first words of an agent that talks for eight seconds and says its first word after a quarter of one.</summary>
internal static class FirstTextBenchmark
{
    private static readonly TimeSpan _promise = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        await using var agents = await TalkingAgentServer.StartAsync();
        await using var stateless = await Proxy.StartAsync($"AGENT_SERVERS={agents.Url}");
        await using var stateful = await Proxy.StartAsync($"AGENT_SERVERS={agents.Url}", "MCP_SESSIONS=true");
        var rows = new List<Row>();
        foreach (var revision in new[] { "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28" })
        {
            rows.Add(await MeasureAsync($"HTTP, {revision}", () => stateless.CreateClientAsync(revision)));
        }

        foreach (var revision in new[] { "2025-03-26", "2025-06-18", "2025-11-25" })
        {
            rows.Add(await MeasureAsync($"HTTP with a session, {revision}", () => stateful.CreateClientAsync(revision)));
        }

        foreach (var revision in new[] { "2025-06-18", "2026-07-28" })
        {
            rows.Add(await MeasureAsync($"stdio, {revision}", () => McpClient.CreateAsync(
                new StdioClientTransport(new() { Command = "dotnet", Arguments = [ProxyProgram.Path, "--stdio", $"--AGENT_SERVERS={agents.Url}"] }),
                new() { ProtocolVersion = revision })));
        }

        return rows;
    }

    private static async Task<Row> MeasureAsync(string what, Func<Task<McpClient>> connect)
    {
        await using var client = await connect();
        await client.CallAgentAsync("server0:talk-0", "stream");
        var results = new List<string>();
        var isGood = true;
        foreach (var interactionType in new[] { "stream", "generate" })
        {
            var first = new LongCalls.FirstWords();
            var call = client.CallAgentAsync("server0:talk-8", interactionType, first).AsTask();
            await Task.WhenAny(first.Came, call);
            isGood &= first.Came.IsCompletedSuccessfully && await first.Came < _promise && !call.IsCompleted;
            results.Add($"{interactionType} {(first.Came.IsCompletedSuccessfully ? $"{(await first.Came).TotalMilliseconds:0} ms" : "none")}");
            isGood &= (await call).IsError is not true;
        }

        return new($"first words of an 8 s stream: {what}", string.Join(", ", results), isGood);
    }
}
