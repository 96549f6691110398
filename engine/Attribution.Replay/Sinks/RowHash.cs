using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Attribution.Replay.Sinks;

/// <summary>SHA-256 of one row's canonical bytes. A value; ordered by its bytes.</summary>
public readonly record struct RowHash(ulong First, ulong Second, ulong Third, ulong Fourth)
    : IComparable<RowHash>
{
    public const int Bytes = 32;

    public static RowHash Read(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]), BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, First);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Second);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], Third);
        BinaryPrimitives.WriteUInt64BigEndian(target[24..], Fourth);
    }

    public int CompareTo(RowHash other)
    {
        if (First != other.First)
            return First < other.First ? -1 : 1;
        if (Second != other.Second)
            return Second < other.Second ? -1 : 1;
        return Third != other.Third ? Third.CompareTo(other.Third) : Fourth.CompareTo(other.Fourth);
    }

    public static bool operator <(RowHash left, RowHash right) => left.CompareTo(right) < 0;

    public static bool operator >(RowHash left, RowHash right) => left.CompareTo(right) > 0;

    public static bool operator <=(RowHash left, RowHash right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RowHash left, RowHash right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// The digest of any number of rows, whatever order they come in: SHA-256 of their hashes one after the
/// other, sorted. Holds 32 bytes a row, and at most <see cref="MaxRows"/>. Owned by one thread.
/// </summary>
internal sealed class RowHashes
{
    /// <summary>2 GiB of hashes.</summary>
    public const int MaxRows = 1 << 26;

    private readonly List<RowHash> _hashes = [];

    public int Count => _hashes.Count;

    /// <exception cref="ReplayException">There are too many rows.</exception>
    public void Add(RowHash hash)
    {
        if (_hashes.Count == MaxRows)
            throw new ReplayException($"A digest takes at most {MaxRows} rows: choose a shorter range.");
        _hashes.Add(hash);
    }

    public static string Digest(IEnumerable<RowHashes> parts)
    {
        var all = new List<RowHash>();
        foreach (RowHashes part in parts)
            all.AddRange(part._hashes);
        all.Sort();
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[RowHash.Bytes];
        foreach (RowHash hash in all)
        {
            hash.Write(bytes);
            sha.AppendData(bytes);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
