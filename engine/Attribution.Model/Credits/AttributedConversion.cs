using Attribution.Model.Evidence;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>One conversion with what every model of a config says of it. Immutable.</summary>
public sealed record AttributedConversion
{
    /// <summary>Its event id.</summary>
    public required string Id { get; init; }
    public required string Type { get; init; }
    public required long TimeMillis { get; init; }
    public required long RevenueTenThousandths { get; init; }
    public required ConversionVerdict Verdict { get; init; }

    /// <summary>In the config's order.</summary>
    public required IReadOnlyList<AttributedModel> Models { get; init; }

    /// <exception cref="KeyNotFoundException">The config has no such model.</exception>
    public AttributedModel this[string model] =>
        Models.FirstOrDefault(m => m.Model == model)
        ?? throw new KeyNotFoundException($"The config has no model {model}.");
}

/// <summary>What one model says of one conversion. Immutable.</summary>
public sealed record AttributedModel
{
    public required string Model { get; init; }

    /// <summary>Who earned something, in total order; empty where nobody did.</summary>
    public required IReadOnlyList<AttributedTouch> Touches { get; init; }

    /// <summary>The evidence as rows hold it, byte for byte.</summary>
    public required ReadOnlyMemory<byte> EvidenceJson { get; init; }

    public EvidenceDocument ReadEvidence() => EvidenceDocument.Parse(EvidenceJson.Span);
}

/// <summary>One touch that earned something. Immutable.</summary>
public sealed record AttributedTouch
{
    /// <summary>Its event id.</summary>
    public required string Id { get; init; }
    public required string Type { get; init; }
    public required long TimeMillis { get; init; }
    public required string Channel { get; init; }
    public required string Source { get; init; }
    public required string Medium { get; init; }
    public required string Campaign { get; init; }
    public required uint CreditMillionths { get; init; }
    public required long ValueTenThousandths { get; init; }
}
