using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Model.Journeys;

/// <summary>
/// Says what an event means under one config, without allocating.
/// Immutable: any number of threads may share it.
/// </summary>
public sealed class EventClassifier(AttributionConfig config)
{
    public AttributionConfig Config { get; } = config;

    public EventRole Classify(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        throw new NotImplementedException();
}
