using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attribution.Engine.Ingest;

/// <summary>
/// The two loops of <see cref="FastEventParser{TScan}"/> that pay for wide registers: finding where a text
/// ends and telling names. One implementation per width, so that every width can be tested on one machine.
/// They read and write whole <see cref="StepBytes"/>, which their callers have room for. Stateless.
/// </summary>
internal interface ITextScan
{
    /// <summary>Most bytes that are read or written at once.</summary>
    const int StepBytes = 64;

    /// <summary>
    /// Copies text up to the first quote, backslash or control character, and up to a step beyond it.
    /// </summary>
    /// <param name="source">Behind the text's opening quote.</param>
    /// <param name="target">Where it is copied to.</param>
    /// <param name="lastStep">The last place a step may begin at.</param>
    /// <returns>The text's length; where no quote ends it, the complement of where it was left.</returns>
    static abstract int Copy(ref byte source, ref byte target, int lastStep);

    /// <summary>The same without the copy.</summary>
    static abstract int Skip(ref byte source, int lastStep);

    /// <summary>Whether the name, with both quotes and its colon, stands there.</summary>
    static abstract bool IsAt(ref byte source, in NamePattern name);
}

/// <summary>
/// A step is two 256-bit registers: most texts end within it, so that its branch is foreseen. Stateless.
/// </summary>
internal readonly struct WideScan : ITextScan
{
    private const int Half = ITextScan.StepBytes / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // EventParserBenchmarks: it is the loop they measure.
    public static int Copy(ref byte source, ref byte target, int lastStep)
    {
        int at = 0;
        while (at <= lastStep)
        {
            Vector256<byte> low = Vector256.LoadUnsafe(ref source, (nuint)at);
            Vector256<byte> high = Vector256.LoadUnsafe(ref source, (nuint)(at + Half));
            low.StoreUnsafe(ref target, (nuint)at);
            high.StoreUnsafe(ref target, (nuint)(at + Half));
            ulong stops = Stops(low) | ((ulong)Stops(high) << Half);
            if (stops != 0)
                return End(ref source, at + BitOperations.TrailingZeroCount(stops));
            at += ITextScan.StepBytes;
        }

        return ~at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // As above.
    public static int Skip(ref byte source, int lastStep)
    {
        int at = 0;
        while (at <= lastStep)
        {
            ulong stops = Stops(Vector256.LoadUnsafe(ref source, (nuint)at))
                | ((ulong)Stops(Vector256.LoadUnsafe(ref source, (nuint)(at + Half))) << Half);
            if (stops != 0)
                return End(ref source, at + BitOperations.TrailingZeroCount(stops));
            at += ITextScan.StepBytes;
        }

        return ~at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // As above.
    public static bool IsAt(ref byte source, in NamePattern name)
    {
        uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref source), name.Bytes)
            .ExtractMostSignificantBits();
        return (~equal & name.Mask) == 0;
    }

    private static uint Stops(Vector256<byte> step) =>
        (Vector256.Equals(step, Vector256.Create((byte)'"'))
            | Vector256.Equals(step, Vector256.Create((byte)'\\'))
            | Vector256.Equals(Vector256.Min(step, Vector256.Create((byte)0x1f)), step))
        .ExtractMostSignificantBits();

    private static int End(ref byte source, int at) => Unsafe.Add(ref source, at) == '"' ? at : ~at;
}

/// <summary>128-bit registers, one after another. Stateless.</summary>
internal readonly struct NarrowScan : ITextScan
{
    private const int Half = 16;

    public static int Copy(ref byte source, ref byte target, int lastStep)
    {
        int at = 0;
        while (at <= lastStep + ITextScan.StepBytes - Half)
        {
            Vector128<byte> step = Vector128.LoadUnsafe(ref source, (nuint)at);
            step.StoreUnsafe(ref target, (nuint)at);
            uint stops = Stops(step);
            if (stops != 0)
                return End(ref source, at + BitOperations.TrailingZeroCount(stops));
            at += Half;
        }

        return ~at;
    }

    public static int Skip(ref byte source, int lastStep)
    {
        int at = 0;
        while (at <= lastStep + ITextScan.StepBytes - Half)
        {
            uint stops = Stops(Vector128.LoadUnsafe(ref source, (nuint)at));
            if (stops != 0)
                return End(ref source, at + BitOperations.TrailingZeroCount(stops));
            at += Half;
        }

        return ~at;
    }

    public static bool IsAt(ref byte source, in NamePattern name)
    {
        uint low = Vector128.Equals(Vector128.LoadUnsafe(ref source), name.Bytes.GetLower())
            .ExtractMostSignificantBits();
        uint high = Vector128.Equals(Vector128.LoadUnsafe(ref source, Half), name.Bytes.GetUpper())
            .ExtractMostSignificantBits();
        return (~(low | (high << Half)) & name.Mask) == 0;
    }

    private static uint Stops(Vector128<byte> step) =>
        (Vector128.Equals(step, Vector128.Create((byte)'"'))
            | Vector128.Equals(step, Vector128.Create((byte)'\\'))
            | Vector128.Equals(Vector128.Min(step, Vector128.Create((byte)0x1f)), step))
        .ExtractMostSignificantBits();

    private static int End(ref byte source, int at) => Unsafe.Add(ref source, at) == '"' ? at : ~at;
}

/// <summary>Eight bytes at a time, for machines without vectors. Stateless.</summary>
internal readonly struct PlainScan : ITextScan
{
    private const ulong Ones = 0x0101_0101_0101_0101;
    private const ulong Tops = 0x80 * Ones;
    private const int Word = sizeof(ulong);

    public static int Copy(ref byte source, ref byte target, int lastStep)
    {
        int at = 0;
        while (at <= lastStep + ITextScan.StepBytes - Word)
        {
            ulong step = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, at));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, at), step);
            ulong stops = Stops(step);
            if (stops != 0)
                return End(ref source, at + (BitOperations.TrailingZeroCount(stops) / 8));
            at += Word;
        }

        return ~at;
    }

    public static int Skip(ref byte source, int lastStep)
    {
        int at = 0;
        while (at <= lastStep + ITextScan.StepBytes - Word)
        {
            ulong stops = Stops(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, at)));
            if (stops != 0)
                return End(ref source, at + (BitOperations.TrailingZeroCount(stops) / 8));
            at += Word;
        }

        return ~at;
    }

    public static bool IsAt(ref byte source, in NamePattern name)
    {
        ReadOnlySpan<byte> there = MemoryMarshal.CreateReadOnlySpan(ref source, name.Length);
        return there.SequenceEqual(name.Text);
    }

    /// <summary>
    /// The highest bit of each byte that stops. A borrow may mark bytes behind one that does, never before.
    /// </summary>
    private static ulong Stops(ulong step) =>
        (Below(step ^ (Ones * '"'), 1) | Below(step ^ (Ones * '\\'), 1) | Below(step, 0x20)) & Tops;

    private static ulong Below(ulong step, ulong bound) => (step - (Ones * bound)) & ~step;

    private static int End(ref byte source, int at) => Unsafe.Add(ref source, at) == '"' ? at : ~at;
}
