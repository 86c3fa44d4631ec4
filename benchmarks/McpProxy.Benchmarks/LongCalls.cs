using System.Diagnostics;
using System.Globalization;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Benchmarks;

/// <summary>What the benchmarks of long calls share.</summary>
internal static class LongCalls
{
    public static ValueTask<CallToolResult> CallAgentAsync(
        this McpClient client, string agentId, string interactionType, IProgress<ProgressNotificationValue>? progress = null, CancellationToken cancellationToken = default)
        => client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?>
            {
                ["targetAgentId"] = agentId,
                ["interactionType"] = interactionType,
                ["messages"] = new[] { new { role = "user", content = "go" } },
            },
            progress,
            cancellationToken: cancellationToken);

    /// <summary>Starts the proxy as a process of its own, so that its memory can be told from that of its clients.</summary>
    public static async Task<(Process Process, Uri Endpoint)> StartProxyAsync(params string[] settings)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var process = ProxyProgram.Start([$"--urls={url}", "--Logging:LogLevel:Default=Warning", .. settings.Select(setting => $"--{setting}")]);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url, "alive"));

                return (process, new(url, "mcp"));
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <returns>A line of <c>/proc/{pid}/status</c>, in kilobytes or as a number.</returns>
    public static long Status(this Process process, string name)
        => long.Parse(
            File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);

    /// <summary>Tells when the first words came.</summary>
    public sealed class FirstWords : IProgress<ProgressNotificationValue>
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly TaskCompletionSource<TimeSpan> _came = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> Came => _came.Task;

        public void Report(ProgressNotificationValue value)
        {
            if (value.Message is not null)
            {
                _came.TrySetResult(Stopwatch.GetElapsedTime(_start));
            }
        }
    }
}
