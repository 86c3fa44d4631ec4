using System.Collections.Concurrent;
using ModelContextProtocol;

namespace McpProxy.Testing.Mcp;

/// <summary>Hears at once what a call tells; <see cref="Progress{T}"/> would hear in any order.</summary>
internal sealed class Hearing(Action<string>? onWords = null) : IProgress<ProgressNotificationValue>
{
    public ConcurrentQueue<ProgressNotificationValue> Values { get; } = [];

    public string Words => string.Concat(Values.Select(value => value.Message));

    public void Report(ProgressNotificationValue value)
    {
        Values.Enqueue(value);
        if (value.Message is { } words)
        {
            onWords?.Invoke(words);
        }
    }
}
