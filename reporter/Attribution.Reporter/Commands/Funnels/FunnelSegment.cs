namespace Attribution.Reporter.Commands.Funnels;

/// <summary>How far the persons of one segment came. Owned by one report.</summary>
/// <param name="Key">The values of the fields that the funnel goes by.</param>
/// <param name="Steps">How many there are.</param>
internal sealed record FunnelSegment(string[] Key, int Steps)
{
    // By how many steps a person came through, of which each person has one number.
    private readonly long[] _persons = new long[Steps + 1];
    private readonly double?[] _medians = new double?[Steps + 1];

    /// <param name="step">From 1.</param>
    /// <param name="persons">Who reached it.</param>
    /// <param name="medianMillis">From the step before; null on the first.</param>
    public void Set(int step, long persons, double? medianMillis)
    {
        _persons[step] = persons;
        _medians[step] = medianMillis;
    }

    public long Persons(int step) => _persons[step];

    public double? MedianMillis(int step) => _medians[step];

    /// <summary>Who reached the step and not the next; null on the last.</summary>
    public long? Lost(int step) => step == Steps ? null : _persons[step] - _persons[step + 1];

    public decimal? OfPrevious(int step) => Rate(step, step - 1);

    public decimal? OfFirst(int step) => Rate(step, 1);

    private decimal? Rate(int step, int of) =>
        step == 1 || _persons[of] == 0 ? null : CreditReport.Share(_persons[step], _persons[of]);
}
