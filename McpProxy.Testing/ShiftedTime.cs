namespace McpProxy.Testing;

/// <summary>The system's clock, set forward.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _shift, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _shift) * (TimestampFrequency / TimeSpan.TicksPerSecond));
}
