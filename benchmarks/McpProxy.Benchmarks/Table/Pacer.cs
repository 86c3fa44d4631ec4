using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace McpProxy.Benchmarks.Table;

/// <summary>Says when the next call is due, at a fixed rate, whether or not those before it were answered.</summary>
internal static class Pacer
{
    private const long MicrosecondsPerSecond = 1_000_000;

    /// <returns>When each call is due, at that time or a little later.</returns>
    public static ChannelReader<long> Start(int perSecond, TimeSpan time)
    {
        var due = Channel.CreateUnbounded<long>(new() { SingleWriter = true });
        new Thread(WriteTimes) { IsBackground = true }.Start();

        return due.Reader;

        void WriteTimes()
        {
            var began = Stopwatch.GetTimestamp();
            var calls = (long)(perSecond * time.TotalSeconds);
            for (var i = 0L; i < calls; i++)
            {
                var next = began + i * Stopwatch.Frequency / perSecond;
                for (long left; (left = next - Stopwatch.GetTimestamp()) > 0;)
                {
                    Sleep(left * MicrosecondsPerSecond / Stopwatch.Frequency);
                }

                due.Writer.TryWrite(next);
            }

            due.Writer.Complete();
        }
    }

    /// <summary>The timers of .NET are a millisecond late, which is longer than a call takes.</summary>
    private static void Sleep(long microseconds)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(1);
        }
        else
        {
            _ = SleepMicroseconds((uint)microseconds);
        }
    }

    [DllImport("libc", EntryPoint = "usleep")]
    private static extern int SleepMicroseconds(uint microseconds);
}
