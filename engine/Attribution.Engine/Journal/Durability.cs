namespace Attribution.Engine.Journal;

/// <summary>
/// What an answer of 200 waits for. Fixed for the life of the process.
/// </summary>
public enum Durability
{
    /// <summary>
    /// The event is on the disk: it survives a crash of the process, the system or the power.
    /// </summary>
    Fsync = 0,

    /// <summary>The event is with the operating system: it survives a crash of the process only.</summary>
    Os = 1,

    /// <summary>Nothing: the event is in memory and is written soon after.</summary>
    None = 2,
}
