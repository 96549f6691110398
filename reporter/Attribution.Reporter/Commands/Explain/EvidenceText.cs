using System.Globalization;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>What evidence says beside the touches it rejects, in sentences. Stateless.</summary>
internal static class EvidenceText
{
    /// <summary>What was decided of the conversion as a whole, and what it went by.</summary>
    public static IEnumerable<string> Facts(StoredEvidence evidence)
    {
        if (evidence.Conversion is { Rule: { } rule } verdict)
            yield return rule switch
            {
                "reinstall" => $"reinstall: no conversion, for the first install{Named(verdict)}",
                "reattributed" => "reattributed: counted again for the touch that brought the person back, "
                    + $"though the first install{Named(verdict)}",
                _ => $"{rule}:{Named(verdict)}",
            };
        if (evidence.Install is { } install)
            yield return $"install in force:{Named(install)}";
        if (evidence.Reengagement is { } reengagement)
            yield return $"re-engagement:{Named(reengagement)}";
        if (evidence.Fallback is { } model)
            yield return $"the model has nothing to weigh these touches by: shared as under {model}";
    }

    public static IEnumerable<string> Counts(StoredEvidence evidence)
    {
        if (evidence is { Considered: { } considered, Eligible: { } eligible })
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{eligible} of {considered} took part");
        else
            yield return "the rows came without evidence";
    }

    /// <summary>What is missing from what the evidence could see.</summary>
    public static IEnumerable<string> Limits(StoredEvidence evidence)
    {
        if (evidence.DroppedTouches > 0)
        {
            string through = evidence.DroppedThrough is { } millis
                ? $", the newest of {Time(millis)} UTC"
                : "";
            string consequence = evidence.IsTruncated
                ? "It lies within a window, so this conversion's history is truncated."
                : "They lie outside of every window and change nothing.";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Dropped before this by limits: {evidence.DroppedTouches} touches{through}. {consequence}");
        }

        if (evidence.MayBeIncomplete)
            yield return "Whole persons had been dropped before this by limits: earlier touches may be missing.";
    }

    private static string Named(EvidenceFact fact)
    {
        string id = fact.Id is { Length: > 0 } text ? $" {text}" : "";
        string time = fact.TimeMillis is { } millis ? $" of {Time(millis)}" : "";
        string age = fact.AgeMillis is { } found ? $" was {SpanText.Distance(found)}" : "";
        string limit = fact.LimitMillis is { } limitMillis ? $", of at most {SpanText.Limit(limitMillis)}" : "";
        return id + time + age + limit;
    }

    private static string Time(long millis) => DateTime.UnixEpoch.AddMilliseconds(millis)
        .ToString("yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);
}
