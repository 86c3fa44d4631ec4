using System.Collections.Concurrent;

namespace McpProxy.Tests.McpHttp;

/// <summary>What the fixture tools went through, so that a test can wait for it.</summary>
internal sealed class ToolLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();

    public void Add(string happened) => Event(happened).TrySetResult();

    public Task WaitForAsync(string happened) => Event(happened).Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public Task WhenAsync(string happened, CancellationToken cancellationToken) => Event(happened).Task.WaitAsync(Patience, cancellationToken);

    private TaskCompletionSource Event(string name) =>
        _events.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
