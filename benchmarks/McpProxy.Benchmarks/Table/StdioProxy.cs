using System.Diagnostics;

namespace McpProxy.Benchmarks.Table;

/// <summary>The proxy as it is started by a client that speaks to it over its standard input and output.</summary>
internal static class StdioProxy
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <returns>How long it took from its start to its answers to <c>initialize</c> and to the first call.</returns>
    public static async Task<(TimeSpan Initialized, TimeSpan Called)> StartAsync(ProxyBuild build, Uri server, string agentId)
    {
        using var patience = new CancellationTokenSource(_patience);
        var messages = McpEndpoint.Legacy(server);
        var started = Stopwatch.GetTimestamp();
        using var process = build.Command([$"AGENT_SERVERS={server}"], arguments: "--stdio").Start();
        try
        {
            process.BeginErrorReadLine();
            await AskAsync(process, messages.Initialize(), "\"result\"", patience.Token);
            var initialized = Stopwatch.GetElapsedTime(started);
            await process.StandardInput.WriteLineAsync(messages.Initialized().Body);
            await AskAsync(process, messages.CallAgent(agentId), InstantAgentServer.Answer, patience.Token);

            return (initialized, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task AskAsync(Process process, Call call, string expected, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteLineAsync(call.Body);
        await process.StandardInput.FlushAsync(cancellationToken);
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new IOException("The proxy ended before it answered.");
            if (line.Contains("\"error\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The proxy answered: {line}");
            }

            if (line.Contains(expected, StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}
