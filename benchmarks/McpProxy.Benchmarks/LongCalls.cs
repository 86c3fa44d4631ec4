using System.Diagnostics;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Benchmarks;

/// <summary>What the benchmarks of long calls share.</summary>
internal static class LongCalls
{
    public static ValueTask<CallToolResult> CallAgentAsync(
        this McpClient client, string agentId, string interactionType,
        IProgress<ProgressNotificationValue>? progress = null, CancellationToken cancellationToken = default)
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
