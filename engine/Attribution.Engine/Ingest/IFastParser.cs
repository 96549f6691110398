namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads the events that look as most do. What it does not take the strict <see cref="EventParser"/> reads,
/// or says what is wrong with it; what it takes the strict parser would read to the same bytes. Stateless.
/// </summary>
internal interface IFastParser
{
    /// <summary>
    /// Adds the event at <paramref name="start"/> to the batch, or leaves the batch as it was.
    /// </summary>
    /// <param name="bytes">The whole body.</param>
    /// <param name="start">Where its opening brace is.</param>
    /// <param name="context">The request it came with.</param>
    /// <param name="batch">Begun with this body.</param>
    /// <param name="end">Behind the event, which has no line end in it.</param>
    static abstract bool TryParse(
        ReadOnlySpan<byte> bytes, int start, in IngestContext context, EventBatch batch, out int end);
}

/// <summary>Takes nothing, so that the strict parser reads everything. Stateless.</summary>
internal readonly struct NoFastParser : IFastParser
{
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, int start, in IngestContext context, EventBatch batch, out int end)
    {
        end = start;
        return false;
    }
}
