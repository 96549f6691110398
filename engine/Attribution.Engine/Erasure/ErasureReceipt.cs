using System.Text.Json.Serialization;

namespace Attribution.Engine.Erasure;

/// <summary>An id that was erased. Immutable.</summary>
/// <param name="Kind">user, anonymous, device or click.</param>
/// <param name="Sha256">Of the id's UTF-8 bytes, in lower-case hex; the id itself is written nowhere.</param>
public sealed record ErasedId(string Kind, string Sha256);

/// <summary>One finished step. Immutable.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Counts">What it removed, by place.</param>
public sealed record ErasureStep(string Name, DateTimeOffset At, IReadOnlyDictionary<string, long> Counts);

/// <summary>
/// What an erasure was asked for, how far it has come and what it removed: written durably before the first
/// deletion and after each step, so that it can be finished whatever interrupts it. Immutable.
/// </summary>
public sealed record ErasureReceipt
{
    /// <summary>The time it began and a number, as its file is named.</summary>
    public required string Name { get; init; }

    public required string Project { get; init; }

    /// <summary>Hash of the config whose identity rules said which ids are the person's.</summary>
    public required string Config { get; init; }

    public required IReadOnlyList<ErasedId> Ids { get; init; }

    /// <summary>Whether these rules count ids in install referrers, and click ids, as a person's.</summary>
    public required bool LinksReferrerIds { get; init; }

    public required bool LinksClickIds { get; init; }

    /// <summary>Files in the folder of exports that held an id, relative to it.</summary>
    public required IReadOnlyList<string> Exports { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public IReadOnlyList<ErasureStep> Steps { get; init; } = [];

    /// <summary>What was looked at in the end, and what was found there: 0 everywhere.</summary>
    public IReadOnlyDictionary<string, long> Verification { get; init; } = new Dictionary<string, long>();

    /// <summary>Null while it is not finished.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    internal ErasedIds ToIds()
    {
        var ids = new ErasedIds { Project = Project };
        foreach (ErasedId id in Ids)
            ids.AddHash(id.Kind, id.Sha256);
        return ids;
    }
}

/// <summary>How a receipt is written. Generated code of the compiler's. Immutable.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErasureReceipt))]
internal sealed partial class ErasureJson : JsonSerializerContext;
