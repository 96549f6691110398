namespace Attribution.Engine.Ingest;

/// <summary>
/// What came in for one project, in plain numbers that are read when somebody asks for the metrics. Lives as
/// long as the engine, whatever becomes of the project's keys; added to by all requests at once.
/// </summary>
public sealed class ProjectCounts
{
    private long _events;
    private long _overQuota;

    /// <summary>Events put into the ring, those that became dead letters among them.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Events of bodies that were refused because their key had used up its quota.</summary>
    public long OverQuota => Volatile.Read(ref _overQuota);

    internal void Published(int events) => Interlocked.Add(ref _events, events);

    internal void Refused(int events) => Interlocked.Add(ref _overQuota, events);
}
