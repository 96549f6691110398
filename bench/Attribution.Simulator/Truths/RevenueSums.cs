using Attribution.Simulator.Journeys;

namespace Attribution.Simulator.Truths;

/// <summary>Exact sums of money, one per currency. Owned by one truth.</summary>
internal sealed class RevenueSums
{
    private readonly long[] _byCountry = new long[Countries.Count];

    public void Add(int country, long tenThousandths) => _byCountry[country] += tenThousandths;

    /// <summary>Currencies in order of their codes; those without revenue are left out.</summary>
    public SortedDictionary<string, long> ByCurrency()
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (int country = 0; country < Countries.Count; country++)
        {
            string currency = Countries.Currency(country);
            if (_byCountry[country] != 0)
                sums[currency] = sums.GetValueOrDefault(currency) + _byCountry[country];
        }

        return sums;
    }
}
