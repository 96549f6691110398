namespace Attribution.Model.Fitting;

/// <summary>One channel's line of a fit. Immutable.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Effect">The removal effect, 0 to 1, or the Shapley value in the unit of its form.</param>
/// <param name="Share">Of all credited conversions, 0 to 1.</param>
/// <param name="Conversions">Credited conversions, of 6 places; over all channels exactly the total.</param>
/// <param name="Value">Credited value, of 4 places; over all channels exactly the total.</param>
public sealed record FittedChannel(
    string Name, double Effect, double Share, decimal Conversions, decimal Value);

/// <summary>
/// Shares a total among channels in decimals that sum exactly to it: largest remainder, ties to the channel
/// that comes first. Stateless.
/// </summary>
internal static class FittedShares
{
    public const int ConversionPlaces = 6;
    public const int ValuePlaces = 4;

    /// <summary>Channels with conversions and value in proportion to weights.</summary>
    /// <param name="channels">In ordinal order.</param>
    /// <param name="effects">What is reported as the effect.</param>
    /// <param name="weights">At least 0; all 0 credit nobody.</param>
    /// <param name="totals">What is shared.</param>
    public static FittedChannel[] ByWeight(
        IReadOnlyList<string> channels, double[] effects, double[] weights, PathTotals totals)
    {
        // Through decimals: from here on nothing depends on the order or the width of a sum.
        decimal[] exact = [.. weights.Select(weight => (decimal)weight)];
        decimal sum = exact.Sum();
        decimal[] shares = [.. exact.Select(weight => sum == 0 ? 0 : weight / sum)];
        decimal[] conversions = Round(
            [.. shares.Select(share => share * totals.Conversions)],
            sum == 0 ? 0 : totals.Conversions, ConversionPlaces);
        decimal[] values = Round(
            [.. shares.Select(share => share * totals.Value)], sum == 0 ? 0 : totals.Value, ValuePlaces);
        return
        [
            .. channels.Select((name, i) =>
                new FittedChannel(name, effects[i], (double)shares[i], conversions[i], values[i])),
        ];
    }

    /// <param name="parts">Any sign; their sum is the total but for the last digits.</param>
    /// <param name="total">Of that many places.</param>
    /// <param name="places">Of the result.</param>
    public static decimal[] Round(decimal[] parts, decimal total, int places)
    {
        decimal unit = new(1, 0, 0, false, (byte)places);
        decimal zero = unit - unit; // Gives every result the same number of places.
        decimal[] rounded =
        [
            .. parts.Select(part => decimal.Round(part, places, MidpointRounding.ToNegativeInfinity) + zero),
        ];
        int left = (int)decimal.Round((total - rounded.Sum()) / unit);
        IEnumerable<int> byRemainder = Enumerable.Range(0, parts.Length)
            .OrderByDescending(i => parts[i] - rounded[i]).ThenBy(i => i);
        foreach (int i in byRemainder.Take(left))
            rounded[i] += unit;
        return rounded;
    }
}
