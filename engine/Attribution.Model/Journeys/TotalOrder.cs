namespace Attribution.Model.Journeys;

/// <summary>
/// The total order of a history: time, then the event id's bytes. Whatever order events arrive in, sorted by
/// this they are the same history. Stateless.
/// </summary>
public static class TotalOrder
{
    public static int Compare(in Touch a, in Touch b, IJourneyTexts texts) =>
        Compare(a.TimeMillis, a.EventId, b.TimeMillis, b.EventId, texts);

    public static int Compare(in Conversion a, in Conversion b, IJourneyTexts texts) =>
        Compare(a.TimeMillis, a.EventId, b.TimeMillis, b.EventId, texts);

    public static int Compare(in Milestone a, in Milestone b, IJourneyTexts texts)
    {
        int order = Compare(a.TimeMillis, a.EventId, b.TimeMillis, b.EventId, texts);
        return order != 0 ? order : a.Kind.CompareTo(b.Kind);
    }

    /// <summary>0 where touch and conversion are one event.</summary>
    public static int Compare(in Touch a, in Conversion b, IJourneyTexts texts) =>
        Compare(a.TimeMillis, a.EventId, b.TimeMillis, b.EventId, texts);

    public static int Compare(in Touch a, in Milestone b, IJourneyTexts texts) =>
        Compare(a.TimeMillis, a.EventId, b.TimeMillis, b.EventId, texts);

    public static int Compare(in Conversion a, in Milestone b, IJourneyTexts texts) =>
        Compare(a.TimeMillis, a.EventId, b.TimeMillis, b.EventId, texts);

    private static int Compare(
        long timeA, in CompactId idA, long timeB, in CompactId idB, IJourneyTexts texts)
    {
        if (timeA != timeB)
            return timeA < timeB ? -1 : 1;
        if (idA.Form == IdForm.Uuid && idB.Form == IdForm.Uuid)
        {
            // Hexadecimal digits sort as the numbers they write.
            int high = idA.High.CompareTo(idB.High);
            return high != 0 ? high : idA.Low.CompareTo(idB.Low);
        }

        Span<byte> bufferA = stackalloc byte[36];
        Span<byte> bufferB = stackalloc byte[36];
        return texts.EventId(idA, bufferA).SequenceCompareTo(texts.EventId(idB, bufferB));
    }
}
