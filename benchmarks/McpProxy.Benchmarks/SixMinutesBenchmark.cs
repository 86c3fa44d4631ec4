using ModelContextProtocol.Client;

namespace McpProxy.Benchmarks;

/// <summary>An agent that thinks for six minutes, and something between client and proxy that cuts connections on which nothing is said for a minute.</summary>
internal static class SixMinutesBenchmark
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        await using var agents = await TalkingAgentServer.StartAsync();
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={agents.Url}");
        await using var cutter = new IdleCutter(proxy.Endpoint, _patience);
        var rows = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => MeasureAsync(
            cutter, (i & 1) is 0 ? "2025-06-18" : "2026-07-28", (i & 2) is 0 ? "generate" : "stream", hasToken: (i & 4) is 0)));

        return [.. rows, new("calls of the agent for these", $"{agents.Calls} for {rows.Length}", agents.Calls == rows.Length)];
    }

    private static async Task<Row> MeasureAsync(IdleCutter cutter, string revision, string interactionType, bool hasToken)
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = cutter.Url, TransportMode = HttpTransportMode.StreamableHttp }, http, ownsHttpClient: true),
            new() { ProtocolVersion = revision });
        var what = $"six minutes behind a cutter, {revision}, {interactionType}, {(hasToken ? "with" : "without")} progress token";
        try
        {
            var result = await client.CallAgentAsync("server0:quiet-360", interactionType, hasToken ? new LongCalls.FirstWords() : null);

            return new(what, $"\"{result.Text().Trim()}\"", result.IsError is not true);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ModelContextProtocol.McpException)
        {
            return new(what, exception.Message, false);
        }
    }
}
