namespace Attribution.ClickHouse.Embedded;

/// <summary>The steps from nothing to a library that can be loaded, in order. A plain value.</summary>
public enum LibraryStep
{
    WaitingForOther,
    Fetching,
    Verifying,
    Unpacking,
    Done,
}

/// <summary>
/// How far a step has come; <see cref="TotalBytes"/> is 0 where it is not known.
/// A plain value, reported on the fetching task's thread.
/// </summary>
public readonly record struct LibraryProgress(LibraryStep Step, long DoneBytes, long TotalBytes)
{
    public int Percent => TotalBytes <= 0 ? 0 : (int)Math.Min(100, DoneBytes * 100 / TotalBytes);

    public override string ToString() => Step switch
    {
        LibraryStep.WaitingForOther => "waiting for another process that fetches ClickHouse",
        LibraryStep.Fetching => $"fetching ClickHouse through npm: {Amount()}",
        LibraryStep.Verifying => $"verifying ClickHouse: {Amount()}",
        LibraryStep.Unpacking => $"unpacking ClickHouse: {Amount()}",
        _ => "ClickHouse is in the cache",
    };

    private string Amount() => $"{DoneBytes / 1_000_000} of {TotalBytes / 1_000_000} MB ({Percent} %)";
}
