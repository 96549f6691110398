namespace Attribution.Bench.Schema;

/// <summary>What one layout cost. Filled by the comparison, then read by its report.</summary>
internal sealed class SortingKeyResult(EventsLayout layout)
{
    public EventsLayout Layout { get; } = layout;

    /// <summary>Server CPU per inserted row, less what reading the source costs.</summary>
    public double InsertMicrosPerRow { get; set; }

    public double InsertMillisPerBlock { get; set; }

    /// <summary>Server CPU per row for merging all blocks into one part.</summary>
    public double MergeMicrosPerRow { get; set; }

    public double StoredBytesPerRow { get; set; }

    public SortingKeyQueries Unmerged { get; set; } = new(0, 0, 0, 0);

    public SortingKeyQueries Merged { get; set; } = new(0, 0, 0, 0);
}

/// <summary>The server's processor time for one run of each query. Immutable.</summary>
internal sealed record SortingKeyQueries(
    double ChannelsOfADayMillis, double JourneyMillis, double ScanMillis, double CountMillis);
