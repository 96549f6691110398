using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Bytes that are read by place instead of by span, up to a limit behind which
/// <see cref="ParserMemory.SlackBytes"/> more can be read. Lives on its owner's stack.
/// </summary>
internal readonly ref struct FastSource(ReadOnlySpan<byte> readable)
{
    /// <summary>What a method gives in place of where it came to: of a form that others must read.</summary>
    public const int Odd = -1;

    /// <summary>The same: too close to the end to be read by wide steps.</summary>
    public const int NearEnd = -2;

    private const uint Null = 'n' | ('u' << 8) | ('l' << 16) | ((uint)'l' << 24);

    /// <summary>All of it, the slack as well.</summary>
    public readonly ReadOnlySpan<byte> Readable = readable;

    public readonly int Limit = readable.Length - ParserMemory.SlackBytes;

    /// <summary>The last place a step of a <see cref="ITextScan"/> may begin at.</summary>
    public readonly int LastStep = readable.Length - ITextScan.StepBytes;

    private readonly ref byte _first = ref MemoryMarshal.GetReference(readable);

    /// <summary>The byte at a place that a check of <see cref="Limit"/> allows.</summary>
    public ref byte this[int place] => ref Unsafe.Add(ref _first, place);

    public bool IsNull(int place) => Four(place) == Null;

    /// <summary>Four bytes, the first lowest.</summary>
    public uint Four(int place) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref _first, place));

    /// <summary>Passes white space, but no line end; an event with one in it is read strictly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // EventParserBenchmarks: mostly there is none.
    public int SkipBlank(int place) => this[place] > ' ' ? place : SkipAllBlank(place);

    /// <summary>Where an escape ends whose backslash is at the place.</summary>
    public int SkipEscape(int place)
    {
        byte kind = this[place + 1];
        if (kind != 'u')
            return JsonText.Plain(kind) != 0 ? place + 2 : Odd;

        int unit = JsonText.HexUnit(Readable[place..]);
        if (unit < 0)
            return Odd;
        place += JsonText.UnitBytes;
        if (!char.IsSurrogate((char)unit))
            return place;

        int low = JsonText.HexUnit(Readable[place..]);
        bool isPair = char.IsHighSurrogate((char)unit) && low >= 0 && char.IsLowSurrogate((char)low);
        return isPair ? place + JsonText.UnitBytes : Odd;
    }

    private int SkipAllBlank(int place)
    {
        while (place <= Limit && this[place] is (byte)' ' or (byte)'\t' or (byte)'\r')
            place++;
        return place;
    }
}
