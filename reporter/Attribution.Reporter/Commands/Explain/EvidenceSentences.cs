using System.Globalization;
using Attribution.Model.Configs;
using Attribution.Model.Evidence;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>What evidence says beside the touches it rejects, in sentences. Stateless.</summary>
internal static class EvidenceSentences
{
    /// <summary>What was decided of the conversion as a whole, and what it went by.</summary>
    public static IEnumerable<string> Facts(EvidenceDocument? evidence)
    {
        if (evidence is null)
            yield break;
        if (evidence.Conversion is { Rule: { } rule } verdict)
            yield return rule switch
            {
                "reinstall" => $"reinstall: no conversion, for the first install{Named(verdict)}",
                "reattributed" => "reattributed: counted again for the touch that brought the person back, "
                    + $"though the first install{Named(verdict)}",
                _ => $"{rule}:{Named(verdict)}",
            };
        if (evidence.Install is { } install)
            yield return $"install in force:{Named(install)}"
                + (install.Rule is { } what ? $"; it was {what}" : "");
        if (evidence.Reengagement is { } back)
            yield return $"re-engagement: {back.Touch} led to opening{Named(back)}";
        if (evidence.Fallback is { } model)
            yield return $"the model has nothing to weigh these touches by: shared as under {model}";
    }

    public static IEnumerable<string> Counts(EvidenceDocument? evidence) =>
    [
        evidence is null
            ? "the rows came without evidence"
            : string.Create(
                CultureInfo.InvariantCulture, $"{evidence.Eligible} of {evidence.Considered} took part"),
    ];

    /// <summary>What is missing from what the evidence could see.</summary>
    public static IEnumerable<string> Limits(EvidenceDocument? evidence)
    {
        if (evidence is null)
            yield break;
        if (evidence.DroppedTouches > 0)
        {
            bool isOne = evidence.DroppedTouches == 1;
            string consequence = evidence.IsTruncated
                ? "It lies within a window, so this conversion's history is truncated."
                : $"{(isOne ? "It lies" : "They lie")} outside of every window and "
                    + $"{(isOne ? "changes" : "change")} nothing.";
            yield return string.Create(
                CultureInfo.InvariantCulture, $"Dropped before this by limits: {evidence.DroppedTouches} ")
                + (isOne ? "touch, of " : "touches, the newest of ")
                + $"{Time(evidence.DroppedThroughMillis)} UTC. {consequence}";
        }

        if (evidence.MayBeIncomplete)
            yield return "Whole persons had been dropped before this by limits: earlier touches may be "
                + "missing.";
    }

    private static string Named(DecidingEvent fact)
    {
        string time = fact.TimeMillis is { } millis ? $" of {Time(millis)}" : "";
        return $" {fact.Id}{time} was {SpanText.Distance(fact.AgeMillis)}, of at most "
            + Duration.Format(fact.LimitMillis);
    }

    private static string Time(long millis) => SpanText.Time(millis)
        .ToString("yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);
}
