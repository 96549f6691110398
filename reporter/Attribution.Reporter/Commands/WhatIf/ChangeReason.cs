using Attribution.Reporter.Commands.Explain;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// Why a conversion's credit changed: the rule that takes it from its former winner now, and the rule that
/// had kept it from the new one. Either may be empty. Swapping the configs swaps them. A value.
/// </summary>
internal readonly record struct ChangeReason(string Lost, string Gained)
{
    /// <summary>The touch is no candidate there: too old by far, no touch, or another person's.</summary>
    public const string NotConsidered = "not_considered";

    /// <summary>The event is no conversion there.</summary>
    public const string NotConversion = "not_a_conversion";

    /// <summary>The same touches share the credit, and one of them has another channel.</summary>
    public const string OtherChannel = "other_channel";

    /// <summary>The same touches share the credit, in other parts.</summary>
    public const string OtherWeights = "other_weights";

    /// <summary>
    /// The rule that says most, marked where it held under the former config. Where the former winner lost
    /// against another touch, what kept that one from winning before says more.
    /// </summary>
    public override string ToString()
    {
        bool isGain = Lost.Length == 0 || (Gained.Length > 0 && EvidenceReader.IsRelative(Lost)
                && !EvidenceReader.IsRelative(Gained));
        bool isBoth = Lost == Gained;
        return isGain && !isBoth ? $"formerly {Gained}" : Lost;
    }
}
