using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// The verdicts on one conversion's candidates and those that are eligible, in buffers that are reused.
/// Owned by one <see cref="AttributionResult"/>.
/// </summary>
internal sealed class JudgedTouches(int candidates, int maxEligible)
{
    private readonly int[] _eligible = new int[maxEligible];
    private TouchJudgement[] _judgements = new TouchJudgement[candidates];

    /// <summary>Index of the first candidate into the history's touches.</summary>
    public int Start { get; private set; }
    public int Count { get; private set; }
    public int EligibleCount { get; private set; }
    public int OverLimitCount { get; private set; }

    public ReadOnlySpan<TouchJudgement> Judgements => _judgements.AsSpan(0, Count);

    /// <summary>Indices into the history's touches, ascending.</summary>
    public ReadOnlySpan<int> Eligible => _eligible.AsSpan(_eligible.Length - EligibleCount);

    /// <summary>
    /// The conversion that the journey starts anew after, as an index into the history's, or −1.
    /// </summary>
    public int Previous { get; private set; }

    public void Begin(int start, int count, int previous)
    {
        if (count > _judgements.Length)
            _judgements = new TouchJudgement[Math.Max(count, 2 * _judgements.Length)];
        Start = start;
        Previous = previous;
        Count = count;
        EligibleCount = 0;
        OverLimitCount = 0;
    }

    /// <summary>
    /// Records a verdict. Called once per candidate, the newest first, so that the limit leaves out the
    /// oldest.
    /// </summary>
    /// <param name="candidate">0-based among the candidates.</param>
    public void Judge(int candidate, in TouchJudgement judgement)
    {
        _judgements[candidate] = judgement;
        if (judgement.Verdict != TouchVerdict.Eligible)
            return;

        if (EligibleCount < _eligible.Length)
        {
            EligibleCount++;
            _eligible[^EligibleCount] = Start + candidate;
            return;
        }

        OverLimitCount++;
        _judgements[candidate] = new TouchJudgement
        {
            Verdict = TouchVerdict.OverLimit,
            Related = -1,
            Found = _eligible.Length + OverLimitCount,
            Limit = _eligible.Length,
        };
    }
}
