using System.Globalization;
using System.Numerics;
using System.Text;
using Attribution.Model.Tests.Support;
using Attribution.Model.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Text;

public class DecimalTextTests
{
    [Theory]
    [InlineData("0", "-0", 0)]
    [InlineData("0", "0.000e5", 0)]
    [InlineData("1", "1.0", 0)]
    [InlineData("1e2", "100", 0)]
    [InlineData("0.001", "1E-3", 0)]
    [InlineData("12.5e-1", "1.25", 0)]
    [InlineData("0.1", "0.10000000000000000000000000000000000000001", -1)]
    [InlineData("9", "10", -1)]
    [InlineData("-9", "-10", 1)]
    [InlineData("-1", "1", -1)]
    [InlineData("0", "1e-99999", -1)]
    [InlineData("1e99999999999999999999", "1e5", 1)]
    [InlineData("-1e99999999999999999999", "1e-5", -1)]
    [InlineData("1e-99999999999999999999", "1e-300", -1)]
    public void TryCompare_TwoNumbers_OrdersThemExactly(string left, string right, int order)
    {
        Assert.Equal(order, Compare(left, right));
        Assert.Equal(-order, Compare(right, left));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1 ")]
    [InlineData("0x1")]
    [InlineData("NaN")]
    [InlineData("1e5.5")]
    [InlineData("١")]
    public void IsNumber_OfAnythingElse_IsFalse(string text)
    {
        Assert.False(DecimalText.IsNumber(Encoding.UTF8.GetBytes(text)));
        Assert.False(DecimalText.TryCompare(Encoding.UTF8.GetBytes(text), "1"u8, out _));
    }

    [Fact]
    public void TryCompare_GeneratedNumbers_IsTheOrderOfTheFractions()
    {
        Gen<(string Text, BigInteger Scaled)> numbers =
            from whole in Gen.Choose(0, 1_200)
            from fraction in Gen.Choose(0, 99_999)
            from exponent in Gen.Choose(-6, 6)
            from sign in Gen.Elements(1, -1)
            let text = string.Create(
                CultureInfo.InvariantCulture, $"{(sign < 0 ? "-" : "")}{whole}.{fraction:00000}e{exponent}")
            select (text, sign * ((whole * 100_000) + fraction) * BigInteger.Pow(10, exponent + 6));
        Prop.ForAll(numbers.Two().ToArbitrary(), pair =>
            Assert.Equal(
                pair.Item1.Scaled.CompareTo(pair.Item2.Scaled), Compare(pair.Item1.Text, pair.Item2.Text)))
            .CheckThrow(5_000);
    }

    private static int Compare(string left, string right)
    {
        Assert.True(DecimalText.TryCompare(
            Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right), out int order));
        return order;
    }
}
