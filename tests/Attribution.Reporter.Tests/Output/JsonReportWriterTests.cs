using System.Text.Json;
using Attribution.Reporter.Output;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Reporter.Tests.Output;

/// <summary>JSON, read back by .NET's parser.</summary>
public sealed class JsonReportWriterTests
{
    [Fact]
    public void Values_OfAnyKind_ReadBackExactly() =>
        Prop.ForAll<NonNull<string>, decimal, long>((text, amount, number) =>
        {
            string written = Written([text.Get, amount, number], [text.Get, null, ulong.MaxValue]);
            using var document = JsonDocument.Parse(written);
            JsonElement first = document.RootElement[0];
            return first.GetProperty("c0").GetString() == Valid(text.Get)
                && first.GetProperty("c1").GetRawText()
                    == amount.ToString(System.Globalization.CultureInfo.InvariantCulture)
                && first.GetProperty("c2").GetInt64() == number
                && document.RootElement[1].GetProperty("c2").GetUInt64() == ulong.MaxValue;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Array_WithoutRows_IsEmpty() => Assert.Equal("[]\n", Written());

    [Fact]
    public void Numbers_WithoutJsonForm_AreNull() =>
        Assert.Equal(
            "[\n{\"c0\":null,\"c1\":null,\"c2\":[1.50,null,\"é\"]}\n]\n",
            Written([double.NaN, float.PositiveInfinity, new object?[] { 1.50m, null, "é" }]));

    /// <summary>Halves of surrogate pairs have no UTF-8 and become the replacement character.</summary>
    private static string Valid(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Written(params object?[][] rows)
    {
        using var output = new StringWriter();
        var writer = new JsonReportWriter(output);
        writer.Begin([.. Enumerable.Range(0, 3).Select(at => ReportColumn.Text($"c{at}", ""))]);
        foreach (object?[] row in rows)
            writer.Row(row);
        writer.End();
        return output.ToString();
    }
}
