namespace Attribution.Model.Journeys;

/// <summary>
/// Source, medium and campaign of a touch: its event's own, or what a campaign rule assigns. Lives on the
/// stack of one decision; points into the event's bytes or the config.
/// </summary>
internal ref struct TouchTags
{
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> Medium;
    public ReadOnlySpan<byte> Campaign;
}
