namespace Attribution.Reporter.Commands;

/// <summary>
/// What one channel or campaign earned, by model and currency. Owned by its <see cref="CreditPivot"/>.
/// </summary>
internal sealed class CreditLine(string[] key)
{
    private readonly Dictionary<(string Model, string Currency), CreditSum> _sums = [];

    /// <summary>The values of the grouping columns.</summary>
    public string[] Key => key;

    public void Add(string model, string currency, CreditSum sum) =>
        _sums[(model, currency)] = _sums.GetValueOrDefault((model, currency)) + sum;

    /// <summary>Conversions of which some credit is this line's.</summary>
    public long Conversions(string model) => Sums(model).Sum(sum => sum.Conversions);

    /// <summary>The same, of those with a revenue in the currency.</summary>
    public long Conversions(string model, string currency) =>
        _sums.GetValueOrDefault((model, currency)).Conversions;

    /// <summary>In conversions, always with six decimals.</summary>
    public decimal Credit(string model) => Sums(model).Sum(sum => sum.Credit) + 0.000000m;

    /// <summary>
    /// In the currency, always with four decimals; values of different ones are never added.
    /// </summary>
    public decimal Value(string model, string currency) =>
        _sums.GetValueOrDefault((model, currency)).Value + 0.0000m;

    public bool HasValue(string currency) =>
        _sums.Any(entry => entry.Key.Currency == currency && entry.Value.Value != 0);

    private IEnumerable<CreditSum> Sums(string model) =>
        _sums.Where(entry => entry.Key.Model == model).Select(entry => entry.Value);
}

/// <summary>Conversions, credit in conversions, and value in one currency. Immutable.</summary>
internal readonly record struct CreditSum(long Conversions, decimal Credit, decimal Value)
{
    public static CreditSum operator +(CreditSum one, CreditSum other) =>
        new(one.Conversions + other.Conversions, one.Credit + other.Credit, one.Value + other.Value);
}
