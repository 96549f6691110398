using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Attribution.Engine.Ingest;

/// <summary>
/// A name of the contract as it stands in JSON that says no more than it must: <c>"type":</c>. A plain value.
/// </summary>
internal readonly struct NamePattern
{
    public readonly Vector256<byte> Bytes;

    /// <summary>One bit per byte that counts.</summary>
    public readonly uint Mask;
    public readonly int Length;

    /// <summary>Longest value of the field.</summary>
    public readonly int MaxBytes;

    public NamePattern(string name, int maxBytes)
    {
        MaxBytes = maxBytes;
        byte[] bytes = new byte[Vector256<byte>.Count];
        Length = Encoding.ASCII.GetBytes("\"" + name + "\":", bytes);
        Mask = (1u << Length) - 1;
        Bytes = Vector256.Create(bytes);
    }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ReadOnlySpan<byte> Text => MemoryMarshal.CreateReadOnlySpan(
        ref Unsafe.As<Vector256<byte>, byte>(ref Unsafe.AsRef(in Bytes)), Length);
}

/// <summary>
/// The contract's names by a perfect hash of their length and first three bytes. Constants; shared.
/// </summary>
internal static class KnownNames
{
    private const int Places = 32;

    /// <summary>Found by trial: no two names share a place. Checked when the table is made.</summary>
    private const uint Multiplier = 0x07bb_f495;

    private static readonly NamePattern[] Patterns = NewPatterns();
    private static readonly byte[] Keys = NewKeys();

    public static ref readonly NamePattern Pattern(EventKey key) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Patterns), (int)key);

    /// <summary>
    /// The only key whose name can have this length and beginning; <see cref="EventKey.Unknown"/> when none
    /// has.
    /// </summary>
    /// <param name="first">The name's first bytes, its closing quote counting as one of them.</param>
    /// <param name="length">Of the name.</param>
    public static EventKey Guess(uint first, int length) => (EventKey)Unsafe.Add(
        ref MemoryMarshal.GetArrayDataReference(Keys), (int)Place(first, length));

    private static uint Place(uint first, int length) =>
        (((first & 0xff_ffff) | ((uint)length << 24)) * Multiplier) >> (32 - BitOperations.Log2(Places));

    private static NamePattern[] NewPatterns()
    {
        var patterns = new NamePattern[Places];
        for (EventKey key = 0; key < EventKey.Unknown; key++)
            patterns[(int)key] = new NamePattern(EventKeys.Name(key), EventKeys.MaxBytes(key));
        // Never found at a name: an event that begins has no pattern, nor has the key that no name fills.
        patterns[(int)EventKey.Event] = patterns[13] = patterns[(int)EventKey.Unknown]
            = new NamePattern("\n", maxBytes: 0);
        return patterns;
    }

    private static byte[] NewKeys()
    {
        byte[] keys = new byte[Places];
        keys.AsSpan().Fill((byte)EventKey.Unknown);
        for (EventKey key = EventKey.Type; key < EventKey.Unknown; key++)
        {
            string name = EventKeys.Name(key);
            if (name.Length == 0)
                continue;
            byte[] bytes = Encoding.ASCII.GetBytes(name + "\"");
            uint first = bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);
            ref byte place = ref keys[Place(first, name.Length)];
            if (place != (byte)EventKey.Unknown)
                throw new InvalidOperationException($"The names {name} and {(EventKey)place} share a place.");
            place = (byte)key;
        }

        return keys;
    }
}
