using Attribution.Engine.Journal;

namespace Attribution.Faults.Simulation;

/// <summary>What a run went through that some durability does not cover. Used by one thread.</summary>
internal sealed class SimulatedLosses
{
    public int Crashes { get; set; }

    public int PowerLosses { get; set; }

    /// <summary>The disk gave back other bytes than were synced to it.</summary>
    public bool HasDamage { get; set; }

    /// <summary>Whether events that were acknowledged may be missing.</summary>
    public bool MayLose(Durability durability) => HasDamage || durability switch
    {
        Durability.Fsync => false,
        Durability.Os => PowerLosses > 0,
        _ => Crashes > 0,
    };

    /// <summary>
    /// Whether derived rows follow from the stored events alone: a journal that forgot what workers had seen
    /// leaves rows behind that nothing explains.
    /// </summary>
    public bool ExplainsRows(Durability durability) =>
        !HasDamage && (durability == Durability.Fsync || PowerLosses == 0);
}
