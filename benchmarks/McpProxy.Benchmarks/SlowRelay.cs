namespace McpProxy.Benchmarks;

/// <summary>Stands in front of a server and passes on what is said, as late as it is told.</summary>
internal sealed class SlowRelay(Uri target) : TcpRelay(target)
{
    /// <summary>How long everything takes on its way.</summary>
    public TimeSpan Delay { get; set; }

    protected override async ValueTask OnPassingAsync(int count, bool isAnswer, CancellationTokenSource connection)
    {
        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, connection.Token);
        }
    }
}
