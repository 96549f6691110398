namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>What one touch got of a conversion under one model. A value.</summary>
/// <param name="Touch">Tells the touch from every other; 0 for the pseudo touch of nobody.</param>
/// <param name="Credit">Millionths.</param>
/// <param name="Value">Ten-thousandths of the major unit.</param>
internal readonly record struct ChannelCredit(string Channel, ulong Touch, long Credit, long Value);

/// <summary>
/// What one config made of one conversion under one model. Immutable, apart from reading its evidence once.
/// </summary>
/// <param name="credits">In the touches' order; none where the conversion does not count.</param>
internal sealed class Outcome(IReadOnlyList<ChannelCredit> credits)
{
    public IReadOnlyList<ChannelCredit> Credits => credits;

    /// <summary>Null where it counts; otherwise the rule by which it does not.</summary>
    public string? NotCountedRule { get; init; }

    /// <summary>The rule that rejected a touch; null for one that was no candidate.</summary>
    public Func<ulong, string?> RuleOf { get; init; } = _ => null;

    public bool IsCounted => NotCountedRule is null;
}
