using System.Diagnostics;

namespace Attribution.Faults.Processes;

/// <summary>
/// What an audit says about the promises: everything acknowledged once, nothing invented, attribution as if
/// nothing had happened. Pure; stateless.
/// </summary>
internal static class CrashVerdict
{
    private const int NamedIds = 10;

    /// <param name="audit">Of the run with kills.</param>
    /// <param name="unexpected">The first answer a client should not have got; empty where none was.</param>
    /// <param name="mayLose">Whether the durability allows a kill to lose what was acknowledged.</param>
    /// <returns>Nothing where all is kept.</returns>
    public static List<string> Problems(CrashAudit audit, string unexpected, bool mayLose)
    {
        var problems = new List<string>();
        if (!mayLose)
            Expect(problems, "acknowledged ids are not stored", audit.Lost);
        Expect(problems, "stored ids were never sent", audit.Invented);
        Expect(problems, "ids are stored more than once", audit.Doubled);
        if (audit.DeadLetters > 0)
            problems.Add($"{audit.DeadLetters} dead letters, though every event sent was valid");
        if (audit.Digest != audit.ReplayDigest)
            problems.Add("the attributions differ from what the stored events give when attributed again");
        if (unexpected.Length > 0)
            problems.Add($"a client was answered {unexpected}");
        return problems;
    }

    /// <summary>How a run with kills differs from one without, of the same events.</summary>
    public static IEnumerable<string> Differences(CrashAudit killed, CrashAudit undisturbed)
    {
        foreach (string problem in Problems(undisturbed, "", mayLose: false))
            yield return $"without a kill: {problem}";
        if (killed.Stored != undisturbed.Stored)
            yield return $"{killed.Stored} events are stored, {undisturbed.Stored} without a kill";
        if (killed.ContentHash != undisturbed.ContentHash)
            yield return "the stored events differ from those of a run without a kill";
        if (killed.Digest != undisturbed.Digest)
            yield return "the attributions differ from those of a run without a kill";
    }

    /// <summary>What was lost, by the kill that came first after its answer.</summary>
    public static IEnumerable<Loss> Losses(
        CrashAudit audit, IReadOnlyList<CrashBatch> sent, IReadOnlyList<CarriedOutKill> kills)
    {
        var lost = audit.Lost.ToHashSet();
        if (lost.Count == 0)
            yield break;

        (CrashBatch Batch, int Events)[] batches =
        [
            .. from batch in sent
               let events = batch.Ids.Count(lost.Contains)
               where batch.IsAcknowledged && events > 0
               select (batch, events),
        ];
        long previous = 0;
        foreach (CarriedOutKill kill in kills)
        {
            (CrashBatch Batch, int Events)[] before =
            [
                .. batches.Where(b =>
                    b.Batch.AcknowledgedAt > previous && b.Batch.AcknowledgedAt <= kill.At),
            ];
            previous = kill.At;
            if (before.Length == 0)
                continue;
            long oldest = before.Min(b => b.Batch.AcknowledgedAt);
            yield return new Loss
            {
                KillSeconds = kill.Seconds,
                Events = before.Sum(b => b.Events),
                Millis = Stopwatch.GetElapsedTime(oldest, kill.At).TotalMilliseconds,
            };
        }
    }

    private static void Expect(List<string> problems, string what, IReadOnlyList<string> ids)
    {
        if (ids.Count > 0)
            problems.Add($"{ids.Count} {what}: {string.Join(", ", ids.Take(NamedIds))}");
    }
}
