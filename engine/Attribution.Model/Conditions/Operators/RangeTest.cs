using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Attribution.Model.Text;

namespace Attribution.Model.Conditions.Operators;

/// <summary>
/// A number between two others, both inside, compared exactly as decimals; a text that is no JSON number is
/// in no range. Immutable.
/// </summary>
internal sealed class RangeTest(decimal? from, decimal? to) : TextTest
{
    private readonly byte[]? _from = ToText(from);
    private readonly byte[]? _to = ToText(to);

    public override bool Holds(ReadOnlySpan<byte> text) =>
        DecimalText.IsNumber(text) && (_from is null || Compare(text, _from) >= 0)
        && (_to is null || Compare(text, _to) <= 0);

    public override void Write(JsonObject condition) =>
        condition["range"] = RevenueCondition.ToRange(from, to);

    private static int Compare(ReadOnlySpan<byte> text, byte[] bound)
    {
        DecimalText.TryCompare(text, bound, out int order);
        return order;
    }

    private static byte[]? ToText(decimal? bound) =>
        bound is { } number ? Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)) : null;
}
