namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>One cohort's persons, and what they did by period and currency. Owned by one report.</summary>
internal sealed class Cohort(DateOnly begin)
{
    private readonly Dictionary<(string Currency, int Index), decimal> _amounts = [];

    public DateOnly Begin => begin;

    public long Size { get; set; }

    public IEnumerable<string> Currencies => _amounts.Keys.Select(key => key.Currency).Distinct();

    public void Set(string currency, int index, decimal amount) => _amounts[(currency, index)] = amount;

    /// <summary>0 where nothing was done.</summary>
    public decimal Amount(string currency, int index) => _amounts.GetValueOrDefault((currency, index));

    /// <summary>From the cohort's own period up to this one.</summary>
    public decimal Sum(string currency, int index) => Enumerable.Range(0, index + 1)
        .Sum(each => Amount(currency, each));
}
