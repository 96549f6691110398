namespace Attribution.Reporter.Commands.Trends;

/// <summary>
/// One series of numbers per key over the same buckets. Owned by one command.
/// </summary>
internal sealed class TrendTable(IReadOnlyList<TrendBucket> buckets)
{
    private readonly Dictionary<string, TrendSeries> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _places = buckets
        .Select((bucket, at) => (bucket.Name, At: at))
        .ToDictionary(each => each.Name, each => each.At, StringComparer.Ordinal);

    public IReadOnlyList<TrendBucket> Buckets => buckets;

    /// <summary>Buckets in which no series has anything.</summary>
    public bool IsGap(int bucket) => _series.Values.All(series => series.Values[bucket] == 0);

    /// <summary>Those with the highest totals first.</summary>
    public IReadOnlyList<TrendSeries> Ranked() =>
    [
        .. _series.Values
            .OrderByDescending(series => series.Values.Sum())
            .ThenBy(series => string.Join('\0', series.Key), StringComparer.Ordinal),
    ];

    /// <exception cref="InvalidOperationException">The bucket is none of the range's.</exception>
    public void Add(string bucket, string[] key, decimal value)
    {
        if (!_places.TryGetValue(bucket, out int place))
            throw new InvalidOperationException($"'{bucket}' is no bucket of the range.");
        string name = KeyText.Of(key);
        if (!_series.TryGetValue(name, out TrendSeries? series))
            _series[name] = series = new TrendSeries(key, buckets.Count);
        series.Values[place] += value;
    }
}

/// <summary>The numbers of one key, one per bucket; 0 where nothing came. Owned by its table.</summary>
internal sealed class TrendSeries(string[] key, int buckets)
{
    public string[] Key => key;

    public decimal[] Values { get; } = new decimal[buckets];

    /// <summary>
    /// The mean of so many buckets up to each; null before there are so many, and for a bucket that is not
    /// over yet or not whole.
    /// </summary>
    public decimal?[] Average(IReadOnlyList<TrendBucket> all, int length)
    {
        var means = new decimal?[Values.Length];
        for (int at = length - 1; at < means.Length; at++)
        {
            IEnumerable<int> places = Enumerable.Range(at - length + 1, length);
            if (places.All(place => !all[place].IsIncomplete))
                means[at] = decimal.Round(places.Sum(place => Values[place]) / length, 6);
        }

        return means;
    }
}
