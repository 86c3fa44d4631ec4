using System.Diagnostics;
using System.Numerics;

namespace McpProxy.Benchmarks.Table;

/// <summary>Counts how long calls took, each to about one percent.</summary>
internal sealed class Histogram
{
    private const int FractionBits = 7;

    private readonly long[] _counts = new long[64 << FractionBits];

    public long Count => _counts.Sum();

    /// <param name="ticks">As a <see cref="Stopwatch"/> counts them.</param>
    public void Add(long ticks) => _counts[Bucket(Math.Max(1, (long)(ticks * (1e9 / Stopwatch.Frequency))))]++;

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <returns>How many milliseconds that share of the calls took at most.</returns>
    public double Percentile(double share)
    {
        var left = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left <= 0)
            {
                return Nanoseconds(i) / 1e6;
            }
        }

        return double.NaN;
    }

    /// <summary>As in a floating point number: the power of two, and the bits that follow the first.</summary>
    private static int Bucket(long nanoseconds)
    {
        var power = BitOperations.Log2((ulong)nanoseconds);
        var fraction = power >= FractionBits ? nanoseconds >> (power - FractionBits) : nanoseconds << (FractionBits - power);

        return (power << FractionBits) + (int)(fraction & ((1 << FractionBits) - 1));
    }

    private static double Nanoseconds(int bucket)
        => Math.Pow(2, bucket >> FractionBits) * (1 + ((bucket & ((1 << FractionBits) - 1)) + 0.5) / (1 << FractionBits));
}
