namespace McpProxy.Benchmarks.Table;

/// <summary>Stands in front of a server, passes everything on, and counts it.</summary>
internal sealed class ByteCounter(Uri target) : TcpRelay(target)
{
    private long _asked;
    private long _answered;

    /// <summary>How many bytes went to the server.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>How many bytes the server sent.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    protected override ValueTask OnPassingAsync(int count, bool isAnswer, CancellationTokenSource connection)
    {
        Interlocked.Add(ref isAnswer ? ref _answered : ref _asked, count);

        return default;
    }
}
