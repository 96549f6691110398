using Attribution.Model.Conditions;

namespace Attribution.Model.Channels;

/// <summary>A touch that fulfils the condition belongs to the channel. Immutable.</summary>
public sealed record ChannelRule(string Channel, Condition When);
