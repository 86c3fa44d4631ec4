namespace McpProxy.Benchmarks;

/// <summary>What stands in front of many servers: it passes on what is said, and cuts a connection on which nothing was said for a while.</summary>
internal sealed class IdleCutter(Uri target, TimeSpan patience) : TcpRelay(target)
{
    private int _cuts;

    /// <summary>How many connections it has cut.</summary>
    public int Cuts => _cuts;

    protected override ValueTask OnPassingAsync(int count, bool isAnswer, CancellationTokenSource connection)
    {
        connection.CancelAfter(patience);

        return default;
    }

    protected override void OnCut() => Interlocked.Increment(ref _cuts);
}
