namespace McpProxy.Testing;

/// <summary>Waits for what comes by itself, and not for ever.</summary>
internal static class Wait
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? atMost = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(atMost ?? _patience);
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
