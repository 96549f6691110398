namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>A conversion, whatever a config makes of it. Immutable.</summary>
internal sealed record ConversionFacts(DateTime Time, string Id, string Type, string Currency);

/// <summary>
/// What one config makes of all conversions of a range that another one made something else of, under one
/// model. The order in which conversions are added, and in which parts are merged, means nothing; swapping
/// the configs turns everything round. Not thread-safe. Keeps no conversion but the listed ones.
/// </summary>
/// <param name="maxListed">Changed conversions to keep: the newest; 0 for none.</param>
internal sealed class ConversionDiff(int maxListed)
{
    private static readonly Comparer<ChangedConversion> NewestFirst =
        Comparer<ChangedConversion>.Create((one, other) =>
        {
            int byTime = other.Facts.Time.CompareTo(one.Facts.Time);
            return byTime != 0 ? byTime : string.CompareOrdinal(one.Facts.Id, other.Facts.Id);
        });

    private readonly SortedSet<ChangedConversion> _listed = new(NewestFirst);
    private readonly Dictionary<ChangeReason, long> _reasons = [];
    private readonly long[] _counts = new long[Enum.GetValues<ChangeKind>().Length];

    public CreditFlows Flows { get; } = new();

    /// <summary>Why the changed ones changed, with how many.</summary>
    public IReadOnlyDictionary<ChangeReason, long> Reasons => _reasons;

    /// <summary>The newest changed ones, newest first.</summary>
    public IReadOnlyCollection<ChangedConversion> Listed => _listed;

    /// <summary>Those whose credit by channel is not the same.</summary>
    public long Changed =>
        Count(ChangeKind.Moved) + Count(ChangeKind.Appeared) + Count(ChangeKind.Vanished);

    /// <summary>Those that counted under the former config.</summary>
    public long Former => Both + Count(ChangeKind.Vanished);

    /// <summary>Those that count under the latter config.</summary>
    public long Latter => Both + Count(ChangeKind.Appeared);

    private long Both =>
        Count(ChangeKind.Same) + Count(ChangeKind.OtherTouch) + Count(ChangeKind.Moved);

    public long Count(ChangeKind kind) => _counts[(int)kind];

    /// <summary>Adds one conversion.</summary>
    /// <param name="former">Null where the event is no conversion under that config.</param>
    public void Add(ConversionFacts facts, Outcome? former, Outcome? latter)
    {
        ChangeKind kind = ConversionChange.Kind(former, latter);
        _counts[(int)kind]++;
        if (kind == ChangeKind.None)
            return;

        IReadOnlyList<ChannelCredit> were = former is { IsCounted: true } ? former.Credits : [];
        IReadOnlyList<ChannelCredit> are = latter is { IsCounted: true } ? latter.Credits : [];
        Flows.AddConversion(facts.Currency, were, are);
        if (kind is ChangeKind.Same or ChangeKind.OtherTouch)
            return;

        ChangeReason reason = ConversionChange.Reason(former, latter);
        _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        List(new ChangedConversion(facts, kind, were, are, reason));
    }

    public void Merge(ConversionDiff other)
    {
        for (int kind = 0; kind < _counts.Length; kind++)
            _counts[kind] += other._counts[kind];
        Flows.Merge(other.Flows);
        foreach ((ChangeReason reason, long count) in other._reasons)
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + count;
        foreach (ChangedConversion changed in other._listed)
            List(changed);
    }

    private void List(ChangedConversion changed)
    {
        if (maxListed == 0)
            return;
        _listed.Add(changed);
        if (_listed.Count > maxListed)
            _listed.Remove(_listed.Max!);
    }
}

/// <summary>A conversion that was moved, appeared or vanished. Immutable.</summary>
internal sealed record ChangedConversion(
    ConversionFacts Facts, ChangeKind Kind, IReadOnlyList<ChannelCredit> Former,
    IReadOnlyList<ChannelCredit> Latter, ChangeReason Reason)
{
    /// <summary>What it all is worth: ten-thousandths under the latter config, or the former.</summary>
    public long Value => (Latter.Count > 0 ? Latter : Former).Sum(credit => credit.Value);
}
