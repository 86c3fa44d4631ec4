namespace McpProxy.Benchmarks;

/// <summary>Two thousand agents that talk at the same time, through one proxy.</summary>
internal static class StreamsBenchmark
{
    private const int Streams = 2000;
    private const int Clients = 20;
    private const long Promise = 512;

    public static async Task<Row> RunAsync()
    {
        await using var agents = await TalkingAgentServer.StartAsync();
        await using var proxy = await StartedProxy.StartAsync(
            $"AGENT_SERVERS={agents.Url}", $"MCP_MAX_CALLS_PER_SERVER={Streams}", "MCP_REQUEST_LIMIT_SECONDS=0", "Logging__LogLevel__Default=Warning");
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Proxy.CreateClientAsync(proxy.Endpoint, "2026-07-28")));
        await clients[0].CallAgentAsync("server0:talk-1", "stream");
        var before = proxy.Program.Kilobytes("VmRSS") / 1024;
        var heard = 0;
        var calls = Enumerable.Range(0, Streams)
            .Select(async i =>
            {
                var first = new LongCalls.FirstWords();
                var result = await clients[i % Clients].CallAgentAsync("server0:talk-60", "stream", first);
                Interlocked.Add(ref heard, first.Came.IsCompletedSuccessfully ? 1 : 0);

                return result.IsError is not true;
            })
            .ToList();
        var (most, mean, samples) = (0, 0L, 0);
        while (!calls.TrueForAll(call => call.IsCompleted))
        {
            most = Math.Max(most, agents.Open);
            if (agents.Open is Streams)
            {
                (mean, samples) = (mean + proxy.Program.Kilobytes("VmRSS") / 1024, samples + 1);
            }

            await Task.Delay(100);
        }

        var answered = (await Task.WhenAll(calls)).Count(isGood => isGood);
        var peak = proxy.Program.Kilobytes("VmHWM") / 1024;

        return new(
            $"{Streams} streams of 60 s in one process",
            $"{answered} answered, {heard} heard as they came, {most} at the same time; "
            + $"{before} MB before, {mean / Math.Max(1, samples)} MB on average while all talk, {peak} MB at most",
            answered is Streams && heard is Streams && most is Streams && peak < Promise);
    }
}
