namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// What one config made of one conversion: each compared model's credits, and the chosen model's evidence as
/// bytes, for it is read only where the conversion changed. Some 300 bytes. Immutable.
/// </summary>
internal sealed class AttributedConversion
{
    public required ConversionFacts Facts { get; init; }

    /// <summary>Null where it counts.</summary>
    public required string? NotCountedRule { get; init; }

    /// <summary>In the order of the compared models.</summary>
    public required ChannelCredit[][] Credits { get; init; }

    /// <summary>Of the chosen model.</summary>
    public required byte[] Evidence { get; init; }

    public Outcome Of(int model)
    {
        Dictionary<ulong, string>? rules = null;
        return new Outcome(Credits[model])
        {
            NotCountedRule = NotCountedRule,
            RuleOf = touch => (rules ??= RejectionIndex.Read(Evidence)).GetValueOrDefault(touch),
        };
    }
}
