using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Model.Channels;

/// <summary>
/// Resolves an event to a channel by the default channel group of GA4, without allocating.
/// Immutable: any number of threads may share it.
/// </summary>
public sealed class ChannelGrouping(AttributionConfig config)
{
    public AttributionConfig Config { get; } = config;

    /// <summary>The event's channel as an index into the config's channels.</summary>
    public ushort Resolve(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        throw new NotImplementedException();
}
