using System.Numerics;

namespace Attribution.Ring;

/// <summary>
/// A ring of bytes beside a ring of slots, addressed by offsets that grow for ever; every claim is
/// contiguous. Claiming and reclaiming belong to whoever holds the owner's lock; the bytes of a claim belong
/// to its producer until the slots that point at them are published.
/// </summary>
public sealed class ByteArena
{
    private readonly byte[] _bytes;
    private readonly int _mask;

    public ByteArena(int capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBytes, 1);
        if (!BitOperations.IsPow2(capacityBytes))
            throw new ArgumentException("The size of an arena is a power of two.", nameof(capacityBytes));

        _mask = capacityBytes - 1;
        _bytes = GC.AllocateUninitializedArray<byte>(capacityBytes, pinned: true);
    }

    public int CapacityBytes => _bytes.Length;

    /// <summary>Where the last claim ended.</summary>
    public long Position { get; private set; }

    /// <summary>Everything before this offset may be overwritten.</summary>
    public long Reclaimed { get; private set; }

    /// <summary>Between 0 and 1; bytes skipped at the end count as used.</summary>
    public double Fill => Math.Min(1.0, (Position - Reclaimed) / (double)CapacityBytes);

    /// <summary>Whether a claim of that many bytes would be granted now.</summary>
    public bool HasRoom(long bytes)
    {
        if (bytes == 0)
            return true;
        if (bytes > CapacityBytes)
            return false;

        // The claim overwrites what lay one lap before it, so that must be reclaimed. When nothing is in use
        // the skipped bytes stand in nobody's way either: so every claim up to the capacity fits an empty
        // arena.
        long overwrittenEnd = StartOf(bytes) + bytes - CapacityBytes;
        return Reclaimed >= Math.Min(Position, overwrittenEnd);
    }

    /// <summary>
    /// Claims bytes at <paramref name="offset"/>; skips to the start rather than straddle the end.
    /// </summary>
    public bool TryClaim(int bytes, out long offset)
    {
        offset = StartOf(bytes);
        if (!HasRoom(bytes))
            return false;

        Position = offset + bytes;
        return true;
    }

    /// <summary>Gives back everything before that offset.</summary>
    public void Reclaim(long offset) => Reclaimed = Math.Max(Reclaimed, offset);

    /// <summary>The bytes at an offset that a claim gave, or at one within it.</summary>
    public Span<byte> Bytes(long offset, int length) => _bytes.AsSpan((int)(offset & _mask), length);

    private long StartOf(long bytes)
    {
        long inLap = Position & _mask;
        return inLap + bytes <= CapacityBytes ? Position : Position - inLap + CapacityBytes;
    }
}
