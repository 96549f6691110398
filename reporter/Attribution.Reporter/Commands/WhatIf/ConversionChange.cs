namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>What became of a conversion from one config to another. A value.</summary>
internal enum ChangeKind
{
    /// <summary>It counts under neither.</summary>
    None,

    /// <summary>Every channel's credit is the same, and every touch's.</summary>
    Same,

    /// <summary>Every channel's credit is the same, through other touches.</summary>
    OtherTouch,

    /// <summary>Some channel has another credit.</summary>
    Moved,

    /// <summary>It counts now and did not before.</summary>
    Appeared,

    /// <summary>It counted before and does not now.</summary>
    Vanished,
}

/// <summary>
/// Compares what two configs made of one conversion under one model. Pure.
/// </summary>
internal static class ConversionChange
{
    /// <param name="former">Null where the event is no conversion there.</param>
    public static ChangeKind Kind(Outcome? former, Outcome? latter)
    {
        bool counted = former is { IsCounted: true };
        bool counts = latter is { IsCounted: true };
        if (!counted || !counts)
            return counted ? ChangeKind.Vanished : counts ? ChangeKind.Appeared : ChangeKind.None;
        if (!HasSameChannels(former!, latter!))
            return ChangeKind.Moved;
        return HasSameTouches(former!, latter!) ? ChangeKind.Same : ChangeKind.OtherTouch;
    }

    /// <summary>Why it is not the same.</summary>
    public static ChangeReason Reason(Outcome? former, Outcome? latter)
    {
        if (former is not { IsCounted: true } || latter is not { IsCounted: true })
            return new ChangeReason(
                former is { IsCounted: true } ? NotCounted(latter) : "",
                latter is { IsCounted: true } ? NotCounted(former) : "");

        string lost = RuleAgainst(former, latter);
        string gained = RuleAgainst(latter, former);
        if (lost.Length + gained.Length > 0)
            return new ChangeReason(lost, gained);
        string both = HasSameTouchChannels(former, latter)
            ? ChangeReason.OtherWeights
            : ChangeReason.OtherChannel;
        return new ChangeReason(both, both);
    }

    private static string NotCounted(Outcome? outcome) =>
        outcome?.NotCountedRule ?? ChangeReason.NotConversion;

    /// <summary>
    /// The rule that there rejects the touch with the most credit here among those without any there; of
    /// equal ones the latest. Empty where all of them have some.
    /// </summary>
    private static string RuleAgainst(Outcome here, Outcome there)
    {
        ChannelCredit? most = null;
        foreach (ChannelCredit credit in here.Credits)
        {
            bool hasSome = credit.Touch == 0 || there.Credits.Any(other => other.Touch == credit.Touch);
            if (!hasSome && (most is null || credit.Credit >= most.Value.Credit))
                most = credit;
        }

        return most is { } winner ? there.RuleOf(winner.Touch) ?? ChangeReason.NotConsidered : "";
    }

    private static bool HasSameChannels(Outcome one, Outcome other) =>
        CreditFlows.ByChannel(one.Credits, credit => credit.Credit)
            .SequenceEqual(CreditFlows.ByChannel(other.Credits, credit => credit.Credit));

    private static bool HasSameTouches(Outcome one, Outcome other) =>
        Sorted(one).Select(credit => (credit.Touch, credit.Channel, credit.Credit, credit.Value))
            .SequenceEqual(Sorted(other)
                .Select(credit => (credit.Touch, credit.Channel, credit.Credit, credit.Value)));

    private static bool HasSameTouchChannels(Outcome one, Outcome other) =>
        Sorted(one).Select(credit => (credit.Touch, credit.Channel))
            .SequenceEqual(Sorted(other).Select(credit => (credit.Touch, credit.Channel)));

    private static IOrderedEnumerable<ChannelCredit> Sorted(Outcome outcome) =>
        outcome.Credits.OrderBy(credit => credit.Touch);
}
