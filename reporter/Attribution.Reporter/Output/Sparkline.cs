using System.Collections;
using System.Globalization;

namespace Attribution.Reporter.Output;

/// <summary>A row of numbers as bars of one line of text. Stateless.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const char None = '·';

    /// <summary>From nothing to the greatest; a point where there is no number.</summary>
    public static string Of(IEnumerable values)
    {
        double?[] numbers = [.. values.Cast<object?>().Select(Number)];
        double most = numbers.Max() is { } max and > 0 ? max : 1;
        return string.Concat(numbers.Select(number => number is { } each
            ? Bars[(int)Math.Round(Math.Clamp(each / most, 0, 1) * (Bars.Length - 1))]
            : None));
    }

    private static double? Number(object? value) => value is IConvertible number and not string
        && number.ToDouble(CultureInfo.InvariantCulture) is var each && double.IsFinite(each)
        ? each
        : null;
}
