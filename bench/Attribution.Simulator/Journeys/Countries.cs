using System.Text;

namespace Attribution.Simulator.Journeys;

/// <summary>
/// Where persons live and how their money is counted. <see cref="CurrencyUtf8"/> and <see cref="CodeUtf8"/>
/// are ASCII. Constants; shared.
/// </summary>
internal static class Countries
{
    public const int Count = 10;

    private static readonly (string Code, string Currency, int Decimals, int Scale, int Weight)[] All =
    [
        ("US", "USD", 2, 1, 30),
        ("DE", "EUR", 2, 1, 14),
        ("FR", "EUR", 2, 1, 9),
        ("GB", "GBP", 2, 1, 10),
        ("JP", "JPY", 0, 150, 8),
        ("IN", "INR", 2, 80, 10),
        ("BR", "BRL", 2, 5, 8),
        ("CH", "CHF", 2, 1, 4),
        ("SE", "SEK", 2, 10, 4),
        ("KW", "KWD", 3, 1, 3),
    ];

    private static readonly byte[] Wheel =
        [.. All.SelectMany((country, i) => Enumerable.Repeat((byte)i, country.Weight))];

    private static readonly byte[][] Codes = [.. All.Select(c => Encoding.ASCII.GetBytes(c.Code))];
    private static readonly byte[][] Money = [.. All.Select(c => Encoding.ASCII.GetBytes(c.Currency))];

    public static int Draw(ref SplitMix random) => Wheel[random.Below(Wheel.Length)];

    public static ReadOnlySpan<byte> CodeUtf8(int country) => Codes[country];

    public static ReadOnlySpan<byte> CurrencyUtf8(int country) => Money[country];

    public static string Currency(int country) => All[country].Currency;

    /// <summary>Digits after the point that the currency is counted in.</summary>
    public static int Decimals(int country) => All[country].Decimals;

    /// <summary>Roughly how many of the currency's units make a dollar.</summary>
    public static int Scale(int country) => All[country].Scale;
}
