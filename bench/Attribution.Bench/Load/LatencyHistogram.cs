using System.Numerics;

namespace Attribution.Bench.Load;

/// <summary>
/// Counts latencies in buckets that grow with the value, so each is known to 1.6 per cent from a microsecond
/// to hours, in a fixed 16 KiB. Written by one thread; others may read it while it grows and see a moment
/// ago.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int MaxExponent = 32;

    private readonly long[] _counts = new long[(MaxExponent + 1) * SubBuckets];

    public long Count { get; private set; }
    public long MaxMicros { get; private set; }

    public void Record(TimeSpan latency)
    {
        long micros = Math.Max(0, (long)latency.TotalMicroseconds);
        _counts[IndexOf(micros)]++;
        Count++;
        MaxMicros = Math.Max(MaxMicros, micros);
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        MaxMicros = Math.Max(MaxMicros, other.MaxMicros);
    }

    /// <summary>
    /// The latency that this share of all does not exceed, in milliseconds; 0 where nothing was recorded.
    /// </summary>
    public double Millis(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
                return Math.Min(HighestOf(i), MaxMicros) / 1_000.0;
        }

        return MaxMicros / 1_000.0;
    }

    /// <summary>What was recorded since an earlier copy; the largest is known to a bucket only.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier)
    {
        var since = new LatencyHistogram();
        for (int i = 0; i < _counts.Length; i++)
        {
            since._counts[i] = _counts[i] - earlier._counts[i];
            since.Count += since._counts[i];
            if (since._counts[i] > 0)
                since.MaxMicros = Math.Min(HighestOf(i), MaxMicros);
        }

        return since;
    }

    public static LatencyHistogram Sum(IEnumerable<LatencyHistogram> parts)
    {
        var sum = new LatencyHistogram();
        foreach (LatencyHistogram part in parts)
            sum.Add(part);
        return sum;
    }

    /// <summary>
    /// Below two sub-bucket widths the value itself; above, its exponent and its next six bits.
    /// </summary>
    private static int IndexOf(long micros)
    {
        if (micros < SubBuckets)
            return (int)micros;
        int exponent = BitOperations.Log2((ulong)micros) - SubBucketBits;
        if (exponent >= MaxExponent)
            return ((MaxExponent + 1) * SubBuckets) - 1;
        return (exponent * SubBuckets) + (int)(micros >> exponent);
    }

    private static long HighestOf(int index)
    {
        if (index < 2 * SubBuckets)
            return index;
        int exponent = (index / SubBuckets) - 1;
        long low = (long)((index % SubBuckets) + SubBuckets) << exponent;
        return low + (1L << exponent) - 1;
    }
}
