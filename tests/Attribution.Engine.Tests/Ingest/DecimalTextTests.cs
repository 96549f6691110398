using System.Globalization;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Ingest;

public class DecimalTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.0000", 0)]
    [InlineData("0e99999999999", 0)]
    [InlineData("19.99", 199_900)]
    [InlineData("-0.0001", -1)]
    [InlineData("1.23450000000000000000000000000", 12_345)]
    [InlineData("1e2", 1_000_000)]
    [InlineData("12345e-4", 12_345)]
    [InlineData("1.5E+1", 150_000)]
    [InlineData("100000000000000000000000e-20", 10_000_000)]
    [InlineData("0.00000000000000000001e20", 10_000)]
    [InlineData("99999999999999.9999", 999_999_999_999_999_999)]
    [InlineData("-99999999999999.9999", -999_999_999_999_999_999)]
    public void TryRead_ExactNumber_IsScaled(string text, long expected)
    {
        Assert.Equal(ParseError.None, DecimalText.TryRead(Bodies.Utf8(text), 4, out long scaled));
        Assert.Equal(expected, scaled);
    }

    [Theory]
    [InlineData("0.00001", ParseError.TooPrecise)]
    [InlineData("1e-5", ParseError.TooPrecise)]
    [InlineData("1e-99999999999", ParseError.TooPrecise)]
    [InlineData("123456789012345678901.00001", ParseError.TooPrecise)]
    [InlineData("100000000000000", ParseError.OutOfRange)]
    [InlineData("99999999999999999999999999999999", ParseError.OutOfRange)]
    [InlineData("1e99999999999", ParseError.OutOfRange)]
    [InlineData("", ParseError.NotADecimal)]
    [InlineData("-", ParseError.NotADecimal)]
    [InlineData("+1", ParseError.NotADecimal)]
    [InlineData("01", ParseError.NotADecimal)]
    [InlineData("1.", ParseError.NotADecimal)]
    [InlineData(".5", ParseError.NotADecimal)]
    [InlineData("1e", ParseError.NotADecimal)]
    [InlineData(" 1", ParseError.NotADecimal)]
    [InlineData("1 ", ParseError.NotADecimal)]
    [InlineData("0x10", ParseError.NotADecimal)]
    [InlineData("NaN", ParseError.NotADecimal)]
    [InlineData("null", ParseError.NotADecimal)]
    [InlineData("1,000", ParseError.NotADecimal)]
    public void TryRead_OtherText_IsRefused(string text, ParseError expected) =>
        Assert.Equal(expected, DecimalText.TryRead(Bodies.Utf8(text), 4, out _));

    [Fact]
    public void TryRead_AnyDecimal_EqualsSystemDecimal() => Prop.ForAll(
        Gen.Choose(-2_000_000_000, 2_000_000_000).Zip(Gen.Choose(0, 4)).ToArbitrary(),
        pair =>
        {
            decimal value = new decimal(Math.Abs(pair.Item1), 0, 0, pair.Item1 < 0, (byte)pair.Item2);
            string text = value.ToString(CultureInfo.InvariantCulture);
            return DecimalText.TryRead(Bodies.Utf8(text), 4, out long scaled) == ParseError.None
                && scaled == value * 10_000;
        }).QuickCheckThrowOnFailure();
}
