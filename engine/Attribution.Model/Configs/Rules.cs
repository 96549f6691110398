using Attribution.Model.Conditions;

namespace Attribution.Model.Configs;

/// <summary>A rule that only says whether it holds: of windows and of fraud. Immutable.</summary>
public sealed record NamedRule(string Name, Condition When);

/// <summary>A touch that fulfils the condition belongs to the channel. Immutable.</summary>
public sealed record ChannelRule(string Channel, Condition When);

/// <summary>
/// Assigns a campaign to touches that fulfil the condition and carry none, or to any if it overwrites.
/// Immutable.
/// </summary>
/// <param name="Name">Of the rule.</param>
/// <param name="When">What a touch must fulfil.</param>
/// <param name="Campaign">What the touch's campaign becomes.</param>
/// <param name="Source">What its source becomes; null to leave it.</param>
/// <param name="Medium">What its medium becomes; null to leave it.</param>
/// <param name="Overwrites">Whether what a touch carries already gives way.</param>
public sealed record CampaignRule(
    string Name, Condition When, string Campaign, string? Source, string? Medium, bool Overwrites);
