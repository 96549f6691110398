namespace Attribution.Engine.Workers;

/// <summary>What inserting into a journey did.</summary>
internal enum InsertOutcome
{
    Inserted,

    /// <summary>The same event is there already.</summary>
    Known,

    /// <summary>A bound was reached; the event is not in the journey.</summary>
    Dropped,
}
