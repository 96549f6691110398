using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>Generators of rows for <see cref="SampleBlock"/>. Stateless.</summary>
internal static class Samples
{
    /// <summary>A row's three arguments; texts are valid UTF-16, short, and often equal.</summary>
    public static Arbitrary<(long Number, string Text, string[] List)[]> Rows { get; } = Arb.From(
        Gen.ArrayOf(
            from number in Gen.OneOf(
                Gen.Choose(int.MinValue, int.MaxValue).Select(value => (long)value),
                Gen.Elements(0L, 1L, -1L, long.MinValue, long.MaxValue, 900_000_000_000_000_000L))
            from text in Text
            from list in Gen.ArrayOf(Text)
            select (number, text, list)));

    public static Gen<string> Text { get; } = Gen.OneOf(
        Gen.Elements("", "google", "newsletter", "ünï©ødé 🚀", "\\N", "NULL", "'", "`"),
        Gen.Constant("a\tb\nc\\d'e\"f\0g\r\b\f"),
        Gen.ArrayOf(Gen.Choose(0, 0x2fff)).Select(Decoded));

    private static string Decoded(int[] runes)
    {
        var text = new StringBuilder();
        foreach (int rune in runes)
            text.Append(new Rune(rune));
        return text.ToString();
    }
}
