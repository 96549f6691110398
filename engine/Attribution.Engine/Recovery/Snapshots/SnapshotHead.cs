using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.Engine.Identity;
using Attribution.Model.Configs;
using Attribution.Model.Memory;

namespace Attribution.Engine.Recovery.Snapshots;

/// <summary>What a snapshot is of, and what it needs to be good for. A value.</summary>
internal struct SnapshotHead
{
    /// <summary>A random number that all its frames carry.</summary>
    public ulong Id;

    /// <summary>It holds what all events before this sequence left behind, no more.</summary>
    public long NextSequence;

    /// <summary>The number of the journal's next segment: an emptied journal, or another one, has another.
    /// </summary>
    public long JournalNumber;

    /// <summary>Of what the tables held: <see cref="StoredState.ContentAsync"/>.</summary>
    public UInt128 Content;

    /// <summary>Links that the engine started with, and those of them of other identity rules.</summary>
    public long Links;
    public long LinksOfOtherRules;

    /// <summary>Of everything that decides what the bytes mean.</summary>
    public UInt128 Meaning;

    /// <summary>What the hashes in it are mixed with.</summary>
    public ProjectMasks Masks;

    /// <summary>From where on the newest row is looked for: the newest parts suffice.</summary>
    public readonly long RowsFrom => Math.Max(0, NextSequence - (1024 * 1024));

    public void PassState(StateStream state) => state.Value(ref this);

    /// <summary>
    /// Programs, config and bounds: state is kept as it lies in memory, so another build of the engine does
    /// not read it, nor another runtime or processor.
    /// </summary>
    public static UInt128 MeaningOf(EngineOptions options, AttributionConfig config)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Programs()} {RuntimeInformation.FrameworkDescription} "
            + $"{RuntimeInformation.ProcessArchitecture} {config.Hash} {options.Shards} {options.Workers} "
            + $"{options.Identity with { Masks = default }}");
        return CityHash128.Hash(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The engine and what it is made of: each by a number that any change of it changes.</summary>
    private static string Programs()
    {
        Assembly engine = typeof(SnapshotHead).Assembly;
        IEnumerable<string> ids =
            from name in engine.GetReferencedAssemblies()
            where name.Name!.StartsWith("Attribution.", StringComparison.Ordinal)
            orderby name.Name
            select Assembly.Load(name).ManifestModule.ModuleVersionId.ToString();
        return $"{engine.ManifestModule.ModuleVersionId} {string.Join(' ', ids)}";
    }
}
