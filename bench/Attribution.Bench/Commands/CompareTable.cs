using System.Globalization;
using Attribution.Bench.Compare;
using Attribution.Bench.Crash;

namespace Attribution.Bench.Commands;

/// <summary>A comparison as lines of a terminal. Stateless.</summary>
internal static class CompareTable
{
    public static string Line(CompareWindow window) => string.Create(CultureInfo.InvariantCulture,
        $"  {window.Server,-9} {window.CpuMicrosPerRequest,8:0.00} µs/request "
        + $"{window.CpuMicrosPerEvent,7:0.000} µs/event  {window.KernelShare,4:P0} kernel  "
        + $"{window.RequestsPerSecond,9:N0} requests/s "
        + $"{window.EventsPerSecond,9:N0} events/s  p99 {window.AnswerP99Millis:0.0} ms  "
        + $"errors {window.Errors}");

    public static void Write(CompareResult result)
    {
        foreach (IGrouping<string, CompareSummary> scenario in
            result.Summaries.GroupBy(summary => summary.Scenario))
        {
            Console.WriteLine();
            Console.WriteLine(
                $"{scenario.Key,-10} {"CPU µs/request",-22} {"CPU µs/event",-24} {"kernel",7} "
                + $"{"requests/s",11} {"events/s",11} {"p99 ms",8} {"ClickHouse µs/event",20}");
            foreach (CompareSummary one in scenario)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{one.Server,-10} {Text(one.CpuMicrosPerRequest, "0.0"),-22} "
                    + $"{Text(one.CpuMicrosPerEvent, "0.000"),-24} {one.KernelShare.Median,7:P0} "
                    + $"{one.RequestsPerSecond.Median,11:N0} {one.EventsPerSecond.Median,11:N0} "
                    + $"{one.AnswerP99Millis.Median,8:0.0} "
                    + $"{one.ClickHouseCpuMicrosPerEvent.Median,20:0.000}"));
            }

            foreach (CompareRatio ratio in result.Ratios.Where(ratio => ratio.Scenario == scenario.Key))
            {
                string times = Text(ratio.CpuPerEvent, "0.000");
                Console.WriteLine($"{ratio.Server} / {ratio.Other}: {times} of the CPU per event");
            }
        }
    }

    /// <summary>Median, and from where to where the rounds went.</summary>
    private static string Text(Spread spread, string format)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return $"{spread.Median.ToString(format, culture)} ({spread.Min.ToString(format, culture)} to "
            + $"{spread.Max.ToString(format, culture)})";
    }
}
