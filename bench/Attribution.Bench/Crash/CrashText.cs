using Attribution.Faults.Processes;

namespace Attribution.Bench.Crash;

/// <summary>A run of kills as people read it. Stateless.</summary>
internal static class CrashText
{
    public static void Write(CrashProgress progress, int kills) => Console.Error.WriteLine(
        $"crash: {progress.Elapsed.TotalSeconds,6:0.0} s  kill {progress.Kills,3} of {kills}: "
        + $"{progress.Last.Target} ({progress.Last.Moment}), {progress.AcknowledgedEvents:N0} acknowledged");

    public static void Write(CrashReport report)
    {
        CrashAudit audit = report.Audit;
        Console.WriteLine($"kills          {report.Kills.Count} in {report.Seconds:0} s: {Kills(report)}");
        Console.WriteLine(
            $"requests       {report.Unanswered:N0} unanswered, {report.Refused:N0} refused, all sent again");
        Console.WriteLine(
            $"event ids      {audit.Sent:N0} sent, {audit.Acknowledged:N0} acknowledged, "
            + $"{audit.Stored:N0} stored ({audit.RowsWithoutFinal:N0} rows without FINAL)");
        Console.WriteLine(
            $"of them        {audit.Lost.Count:N0} lost, {audit.Invented.Count:N0} invented, "
            + $"{audit.Doubled.Count:N0} doubled, {audit.DeadLetters:N0} dead letters");
        Console.WriteLine($"attributions   {audit.Attributions:N0}, digest {audit.Digest}");
        Console.WriteLine($"  replayed     digest {audit.ReplayDigest}");
        if (report.Undisturbed is { } undisturbed)
            Console.WriteLine($"  undisturbed  digest {undisturbed.Digest}");
        Write("start to ready", report.Starts.Select(start => start.ReadySeconds).OfType<double>(), "s");
        Write("ClickHouse back", report.ClickHouseSeconds, "s");
        Write("lost per kill", report.Losses.Select(loss => (double)loss.Events), "events");
        Write("lost per kill", report.Losses.Select(loss => loss.Millis), "ms of traffic");
        Console.WriteLine(
            $"starts         {report.Starts.Count}, of them {Unready(report)} killed before ready; "
            + $"{report.StartsGivenUp} gave up without their ClickHouse");
        foreach (string problem in report.Problems)
            Console.WriteLine($"PROBLEM        {problem}");
        Console.WriteLine(report.Problems.Count == 0 ? "verdict        kept" : "verdict        BROKEN");
    }

    private static int Unready(CrashReport report) =>
        report.Starts.Count(start => start.ReadySeconds is null);

    private static string Kills(CrashReport report) => string.Join(
        ", ",
        report.Kills.GroupBy(kill => kill.Target).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key}"));

    private static void Write(string what, IEnumerable<double> values, string unit)
    {
        if (Spread.Of(values) is { } spread)
            Console.WriteLine(
                $"{what,-15}min {spread.Min:0.##}, median {spread.Median:0.##}, p90 {spread.P90:0.##}, "
                + $"max {spread.Max:0.##} {unit} ({spread.Count})");
    }
}
