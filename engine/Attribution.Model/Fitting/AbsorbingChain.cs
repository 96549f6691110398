namespace Attribution.Model.Fitting;

/// <summary>
/// An absorbing Markov chain over channel states: whole counts and the probabilities they make, row by row
/// (compressed sparse rows), in canonical order of the states; state 0 is the start. Filled once by
/// <see cref="TransitionCounts"/>, then immutable.
/// </summary>
internal sealed class AbsorbingChain(ulong[] keys, int edgeCount)
{
    /// <summary>What <see cref="NewestOf"/> says of the start.</summary>
    public const int NoChannel = -1;

    private readonly int[] _rows = new int[keys.Length + 1];
    private readonly int[] _targets = new int[edgeCount];
    private readonly long[] _counts = new long[edgeCount];
    private readonly double[] _probabilities = new double[edgeCount];
    private readonly long[] _conversions = new long[keys.Length];
    private readonly long[] _nulls = new long[keys.Length];
    private readonly long[] _sums = new long[keys.Length];
    private readonly double[] _toConversion = new double[keys.Length];

    public int StateCount => keys.Length;

    /// <summary>The probability of converting right after each state.</summary>
    public ReadOnlySpan<double> ToConversion => _toConversion;

    public long Conversions(int state) => _conversions[state];

    public long Nulls(int state) => _nulls[state];

    /// <summary>Everything that left the state, to wherever.</summary>
    public long Sum(int state) => _sums[state];

    public ulong Key(int state) => keys[state];

    /// <summary>The place of the state's newest channel in ordinal order.</summary>
    public int NewestOf(int state) => (int)(keys[state] & ushort.MaxValue) - 1;

    public (int From, int To) Row(int state) => (_rows[state], _rows[state + 1]);

    public ReadOnlySpan<int> Targets => _targets;

    public ReadOnlySpan<long> Counts => _counts;

    public ReadOnlySpan<double> Probabilities => _probabilities;

    public void SetEdge(int edge, int from, int to, long count)
    {
        _rows[from + 1] = edge + 1;
        _targets[edge] = to;
        _counts[edge] = count;
        _sums[from] = checked(_sums[from] + count);
    }

    public void SetEnds(int state, long conversions, long nulls)
    {
        _conversions[state] = conversions;
        _nulls[state] = nulls;
        _sums[state] = checked(_sums[state] + conversions + nulls);
    }

    public void Normalise()
    {
        for (int state = 0; state < keys.Length; state++)
        {
            // A state without edges has an empty row where the one before it ended.
            _rows[state + 1] = Math.Max(_rows[state + 1], _rows[state]);
            for (int edge = _rows[state]; edge < _rows[state + 1]; edge++)
                _probabilities[edge] = (double)_counts[edge] / _sums[state];
            _toConversion[state] = _sums[state] == 0 ? 0 : (double)_conversions[state] / _sums[state];
        }
    }
}
