using System.Runtime.InteropServices;

namespace Attribution.Ring;

/// <summary>
/// A counter of how far one producer or consumer has come. Written by its owner, read by any thread.
/// The value lies alone on its pair of cache lines, so that a write never slows the reader of a neighbour.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 248)]
public sealed class Sequence
{
    /// <summary>Where a sequence stands before sequence 0.</summary>
    public const long InitialValue = -1;

    // 120 bytes before and after: processors fetch cache lines in pairs of 128 bytes.
    [FieldOffset(120)]
    private long _value;

    public Sequence(long value = InitialValue)
    {
        _value = value;
    }

    /// <summary>Acquire: what the owner wrote before it set this value is visible after reading it.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>Release: everything written before is visible to whoever reads this value.</summary>
    public void SetValue(long value) => Volatile.Write(ref _value, value);

    /// <summary>
    /// A release followed by a full fence: later reads cannot be taken before this write is visible.
    /// </summary>
    public void SetValueVolatile(long value) => Interlocked.Exchange(ref _value, value);

    public bool CompareAndSet(long expected, long value) =>
        Interlocked.CompareExchange(ref _value, value, expected) == expected;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The smallest of the values, and at most <paramref name="minimum"/>.</summary>
    internal static long Minimum(Sequence[] sequences, long minimum)
    {
        foreach (Sequence sequence in sequences)
        {
            long value = sequence.Value;
            if (value < minimum)
                minimum = value;
        }

        return minimum;
    }
}
