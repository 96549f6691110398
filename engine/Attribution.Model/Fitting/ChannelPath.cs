namespace Attribution.Model.Fitting;

/// <summary>What was counted on paths: conversions, their value and journeys without any. A value.</summary>
public readonly record struct PathTotals(long Conversions, decimal Value, long Nulls);

/// <summary>One path of a <see cref="ChannelPaths"/>, oldest channel first. Immutable.</summary>
public sealed record ChannelPath(IReadOnlyList<string> Channels, PathTotals Totals)
{
    /// <summary>What stands between two channels in text.</summary>
    public const string Separator = " > ";

    public override string ToString() => string.Join(Separator, Channels);
}
