using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Model.Tests.Support;

/// <summary>
/// A result with one credit, value and verdict per touch of the history, which golden cases read best by.
/// </summary>
internal sealed class SpreadResult(AttributionResult result, int touches)
{
    public AttributionResult Result => result;

    public int EligibleCount => result.EligibleCount;

    public int OverLimitCount => result.OverLimitCount;

    public int[] Eligible => result.Eligible.ToArray();

    /// <summary>One per touch; null for one that is no candidate.</summary>
    public TouchVerdict?[] Verdicts
    {
        get
        {
            var verdicts = new TouchVerdict?[touches];
            for (int i = 0; i < result.CandidateCount; i++)
                verdicts[result.CandidateStart + i] = result.Judgements[i].Verdict;
            return verdicts;
        }
    }

    public uint[] Credits(int model)
    {
        var credits = new uint[touches];
        foreach (CreditShare share in result.Shares(model))
            credits[share.Touch] = share.Credit;
        return credits;
    }

    public long[] Values(int model)
    {
        var values = new long[touches];
        foreach (CreditShare share in result.Shares(model))
            values[share.Touch] = share.Value;
        return values;
    }
}

/// <summary>Texts of histories whose ids are all held in place and that have no other texts.</summary>
internal sealed class InlineTexts : IJourneyTexts
{
    public static InlineTexts Instance { get; } = new();

    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) => buffer[..id.Write(buffer)];

    public ReadOnlySpan<byte> Text(int id) => default;

    public ReadOnlySpan<byte> UserId(in Conversion conversion) => default;
}
